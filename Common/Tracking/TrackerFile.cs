using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tracking;

/// <summary>
/// A <see cref="PlantTracker"/> as bytes, about 200 a leaf: what a rig keeps so that leaves have the same identities after a restart.
/// Numbers are little-endian; the first byte is the version.
/// </summary>
public static class TrackerFile
{
    private const byte Version = 1;

    /// <summary>More leaves or areas than a tracker ever holds: the bytes are no tracker's.</summary>
    private const int Most = 1000;

    /// <summary>The tracker's state, to be read back by the same or a later version.</summary>
    public static byte[] Write(PlantTracker tracker)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes))
        {
            writer.Write(Version);
            Write(writer, tracker.Current);
            writer.Write(tracker.History.InMm);
            writer.Write((ushort)tracker.History.Areas.Count);
            foreach ((DateTimeOffset time, double area) in tracker.History.Areas)
            {
                writer.Write(time.UtcTicks);
                writer.Write(area);
            }

            writer.Write(tracker.Challenger is not null);
            if (tracker.Challenger is { } challenger)
            {
                writer.Write((byte)challenger.Pictures);
                writer.Write(challenger.Since.UtcTicks);
                Write(writer, challenger.Tracker);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Bytes of a newer version are to be kept as they are.</summary>
    public static bool IsNewer(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return bytes.Length > 0 && bytes[0] > Version;
    }

    /// <exception cref="InvalidDataException">Written by a newer version, or damaged.</exception>
    public static PlantTracker Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using BinaryReader reader = new(new MemoryStream(bytes));
        try
        {
            byte version = reader.ReadByte();
            if (version != Version)
            {
                throw new InvalidDataException($"Found leaf tracks of version {version}, expected {Version}.");
            }

            SeriesTracker series = ReadSeries(reader);
            bool inMm = reader.ReadBoolean();
            AreaHistory history = new(inMm, [.. Enumerable.Range(0, Count(reader)).Select(_ => (ReadTime(reader), Finite(reader.ReadDouble())))]);
            if (!reader.ReadBoolean())
            {
                return new PlantTracker(series, history, null, 0, default);
            }

            int pictures = reader.ReadByte();
            DateTimeOffset since = ReadTime(reader);
            return new PlantTracker(series, history, ReadSeries(reader), pictures, since);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"Found {bytes.Length} bytes that are no leaf tracks ({e.Message})", e);
        }
    }

    private static void Write(BinaryWriter writer, SeriesTracker series)
    {
        writer.Write(series.Number);
        writer.Write(series.NextId);
        writer.Write(series.Last?.UtcTicks ?? 0);
        writer.Write((ushort)series.Tracks.Count);
        foreach (LeafTrack track in series.Tracks)
        {
            writer.Write(track.Id);
            writer.Write(track.Born?.UtcTicks ?? 0);
            writer.Write(track.LastSeen.UtcTicks);
            writer.Write(track.Missed);
            writer.Write(track.Lost);
            writer.Write(track.Foreign);
            writer.Write((float)track.Score);
            writer.Write((float)track.Area);
            writer.Write((float)track.Growth.Log);
            writer.Write((float)track.Growth.Rate);
            writer.Write((float)track.Growth.LogVariance);
            writer.Write((float)track.Growth.Covariance);
            writer.Write((float)track.Growth.RateVariance);
            WritePoints(writer, track.Points);
        }
    }

    private static SeriesTracker ReadSeries(BinaryReader reader)
    {
        int number = reader.ReadInt32(), nextId = reader.ReadInt32();
        long last = reader.ReadInt64();
        List<LeafTrack> tracks = [];
        for (int left = Count(reader); left > 0; left--)
        {
            tracks.Add(new LeafTrack
            {
                Id = reader.ReadInt32(),
                Born = reader.ReadInt64() is not 0 and var born ? Time(born) : null,
                LastSeen = ReadTime(reader),
                Missed = reader.ReadInt32(),
                Lost = reader.ReadBoolean(),
                Foreign = reader.ReadBoolean(),
                Score = Finite(reader.ReadSingle()),
                Area = Finite(reader.ReadSingle()),
                Growth = new GrowthFilter(
                    Finite(reader.ReadSingle()), Finite(reader.ReadSingle()), Finite(reader.ReadSingle()), Finite(reader.ReadSingle()), Finite(reader.ReadSingle())),
                Points = ReadPoints(reader),
            });
        }

        return new SeriesTracker(number, TrackingWeights.Fitted, tracks, nextId, last == 0 ? null : Time(last));
    }

    /// <summary>The box of the points, and each of them to the 255th part of its sides.</summary>
    private static void WritePoints(BinaryWriter writer, IReadOnlyList<PicturePoint> points)
    {
        (double left, double top) = (points.Min(p => p.X), points.Min(p => p.Y));
        (double width, double height) = (points.Max(p => p.X) - left, points.Max(p => p.Y) - top);
        writer.Write((float)left);
        writer.Write((float)top);
        writer.Write((float)width);
        writer.Write((float)height);
        writer.Write((ushort)points.Count);
        foreach (PicturePoint point in points)
        {
            writer.Write((byte)Math.Round(width > 0 ? (point.X - left) / width * 255 : 0));
            writer.Write((byte)Math.Round(height > 0 ? (point.Y - top) / height * 255 : 0));
        }
    }

    private static PicturePoint[] ReadPoints(BinaryReader reader)
    {
        double left = Finite(reader.ReadSingle()), top = Finite(reader.ReadSingle()), width = Finite(reader.ReadSingle()), height = Finite(reader.ReadSingle());
        PicturePoint[] points = new PicturePoint[Count(reader)];
        ArgumentOutOfRangeException.ThrowIfZero(points.Length);
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = new PicturePoint(left + (reader.ReadByte() / 255.0 * width), top + (reader.ReadByte() / 255.0 * height));
        }

        return points;
    }

    private static int Count(BinaryReader reader)
    {
        int count = reader.ReadUInt16();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        return count;
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : throw new ArgumentException($"found the number {value}");

    private static DateTimeOffset ReadTime(BinaryReader reader) => Time(reader.ReadInt64());

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
