using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>One annotation of a leaf, not drawn yet.</summary>
/// <param name="Name">What to call it in a finding: "annotation 7".</param>
/// <param name="IsCrowd">It has COCO's <c>iscrowd</c>: see <see cref="CrowdRule"/>.</param>
/// <param name="Draw">Draws it in a picture of a width and a height; throws FormatException with what was found.</param>
internal readonly record struct AnnotatedLeaf(string Name, bool IsCrowd, Func<int, int, DrawnLeaf> Draw);
