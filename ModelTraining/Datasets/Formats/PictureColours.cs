namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>What the pixels of a file are made of.</summary>
internal enum PictureColours
{
    Rgb,
    Grey,
    Indexed,
    Cmyk,
}
