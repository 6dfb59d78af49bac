using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>A turn, a uniform scale and a shift of the picture's plane: (x, y) goes to (a x - b y + dx, b x + a y + dy).</summary>
internal readonly record struct Similarity(double A, double B, double Dx, double Dy)
{
    public static Similarity Identity => new(1, 0, 0, 0);

    public double Scale => Math.Sqrt((A * A) + (B * B));

    /// <summary>Radians, -pi..pi.</summary>
    public double Turn => Math.Atan2(B, A);

    public PicturePoint Apply(PicturePoint point) => new((A * point.X) - (B * point.Y) + Dx, (B * point.X) + (A * point.Y) + Dy);

    /// <summary>Turns and scales about <paramref name="from"/>, which comes to lie at <paramref name="to"/>.</summary>
    public static Similarity About(PicturePoint from, PicturePoint to, double turn, double scale)
    {
        (double sin, double cos) = Math.SinCos(turn);
        (double a, double b) = (scale * cos, scale * sin);
        return new Similarity(a, b, to.X - (a * from.X) + (b * from.Y), to.Y - (b * from.X) - (a * from.Y));
    }

    /// <summary>The one that brings points nearest to others, by least squares (Umeyama 1991, without reflection).</summary>
    /// <param name="pairs">At least one; two or more for a turn and a scale.</param>
    public static Similarity Fit(IReadOnlyList<(PicturePoint From, PicturePoint To, double Weight)> pairs)
    {
        double weight = pairs.Sum(pair => pair.Weight);
        PicturePoint from = new(pairs.Sum(p => p.Weight * p.From.X) / weight, pairs.Sum(p => p.Weight * p.From.Y) / weight);
        PicturePoint to = new(pairs.Sum(p => p.Weight * p.To.X) / weight, pairs.Sum(p => p.Weight * p.To.Y) / weight);
        double along = 0, across = 0, spread = 0;
        foreach ((PicturePoint p, PicturePoint q, double w) in pairs)
        {
            (double px, double py, double qx, double qy) = (p.X - from.X, p.Y - from.Y, q.X - to.X, q.Y - to.Y);
            along += w * ((px * qx) + (py * qy));
            across += w * ((px * qy) - (py * qx));
            spread += w * ((px * px) + (py * py));
        }

        if (spread < 1e-9)
        {
            return new Similarity(1, 0, to.X - from.X, to.Y - from.Y);
        }

        (double a, double b) = (along / spread, across / spread);
        return new Similarity(a, b, to.X - (a * from.X) + (b * from.Y), to.Y - (b * from.X) - (a * from.Y));
    }
}
