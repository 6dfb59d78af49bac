using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>Where pooling reads the map of a pyramid level.</summary>
/// <param name="SamplesPerBin">Along one side of a bin.</param>
/// <param name="Reach">How far beyond the outermost cells a sample still counts, with the outermost cells' value, in cells.</param>
internal abstract record RoiSampling(int SamplesPerBin, float Reach)
{
    /// <summary>RoIAlign with cell centres at half a cell (torchvision's aligned=True): geometry that is exact.</summary>
    public static RoiSampling HalfPixel { get; } = new AlignedSampling(CellCentre: 0.5f, ShortestSide: 0);

    /// <summary>RoIAlign as it was first published (torchvision's aligned=False): half a cell off, and no bin too small.</summary>
    public static RoiSampling WholePixel { get; } = new AlignedSampling(CellCentre: 0, ShortestSide: 1);

    /// <summary>TensorFlow's crop_and_resize: one sample a bin, the outer ones on the box's edges.</summary>
    public static RoiSampling Corners { get; } = new CornerSampling();

    /// <summary>The samples along one side of an inner box: the place of the first, and from one to the next, in cells.</summary>
    /// <param name="from">Where the side begins, in pixels.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="stride">Pixels a cell.</param>
    /// <param name="cells">Cells of the map.</param>
    /// <param name="bins">Bins along the side.</param>
    public abstract (float First, float Step) Along(float from, float to, int stride, int cells, int bins);

    /// <summary>See <see cref="Convention.MaskCells"/>.</summary>
    public abstract Box Cells(Box inner, int bins);

    /// <summary>Writes the pooling of boxes [N, 4] from one level, [1, C, H, W], as [N, C, bins, bins].</summary>
    /// <param name="graph">The graph to write into.</param>
    /// <param name="map">The level's features.</param>
    /// <param name="boxes">Inner boxes.</param>
    /// <param name="pictures">int64 [N], all 0.</param>
    /// <param name="stride">Pixels a cell.</param>
    /// <param name="bins">Bins along one side.</param>
    public abstract OnnxValue WriteTo(OnnxGraph graph, OnnxValue map, OnnxValue boxes, OnnxValue pictures, int stride, int bins);

    private sealed record AlignedSampling(float CellCentre, float ShortestSide) : RoiSampling(SamplesPerBin: 2, Reach: 1)
    {
        public override (float First, float Step) Along(float from, float to, int stride, int cells, int bins)
        {
            float scale = 1f / stride;
            float length = MathF.Max((to - from) * scale, ShortestSide);
            float step = length / bins / SamplesPerBin;
            return ((from * scale) - CellCentre + (0.5f * step), step);
        }

        public override Box Cells(Box inner, int bins)
        {
            // What lies at a cell's corner here lies at its centre there.
            float shift = 0.5f - CellCentre;
            return new Box(inner.X1 + shift, inner.Y1 + shift, inner.X2 + shift, inner.Y2 + shift);
        }

        public override OnnxValue WriteTo(OnnxGraph graph, OnnxValue map, OnnxValue boxes, OnnxValue pictures, int stride, int bins) =>
            graph.RoiAlign(map, boxes, pictures, bins, 1f / stride, SamplesPerBin, halfPixel: CellCentre > 0);
    }

    private sealed record CornerSampling() : RoiSampling(SamplesPerBin: 1, Reach: 0)
    {
        public override (float First, float Step) Along(float from, float to, int stride, int cells, int bins)
        {
            float scale = Scale(stride, cells);
            return (from * scale, (to - from) * scale / (bins - 1));
        }

        public override Box Cells(Box inner, int bins)
        {
            float halfX = inner.Width / (bins - 1) / 2;
            float halfY = inner.Height / (bins - 1) / 2;
            return new Box(inner.X1 + 0.5f - halfX, inner.Y1 + 0.5f - halfY, inner.X2 + 0.5f + halfX, inner.Y2 + 0.5f + halfY);
        }

        public override OnnxValue WriteTo(OnnxGraph graph, OnnxValue map, OnnxValue boxes, OnnxValue pictures, int stride, int bins)
        {
            // RoIAlign of a box that is half a bin larger all round has its bin centres where these samples are.
            OnnxValue[] corners = graph.Split(graph.Mul(boxes, Scale(graph, map, stride)), 1, 2, 2);
            OnnxValue halfBin = graph.Mul(graph.Sub(corners[1], corners[0]), graph.Number(0.5f / (bins - 1)));
            OnnxValue halfCell = graph.Number(0.5f);
            OnnxValue wider = graph.Concat(
                1, graph.Add(graph.Sub(corners[0], halfBin), halfCell), graph.Add(graph.Add(corners[1], halfBin), halfCell));
            return graph.RoiAlign(map, wider, pictures, bins, 1, SamplesPerBin, halfPixel: true);
        }

        /// <summary>From pixel centre to pixel centre, to cell centre to cell centre: the outermost ones meet.</summary>
        private static float Scale(int stride, int cells) => (cells - 1f) / ((cells * stride) - 1);

        /// <summary>Writes it for x, y, x, y of a map [1, C, H, W].</summary>
        private static OnnxValue Scale(OnnxGraph graph, OnnxValue map, int stride)
        {
            OnnxValue cells = graph.Cast(graph.Gather(graph.Shape(map), graph.Integers(3, 2, 3, 2)), TensorProto.Types.DataType.Float);
            OnnxValue one = graph.Number(1);
            return graph.Div(graph.Sub(cells, one), graph.Sub(graph.Mul(cells, graph.Number(stride)), one));
        }
    }
}
