using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Reporting;
using nietras.SeparatedValues;

namespace LeafSeg.ModelTraining.Collecting;

/// <summary>
/// A folder of pictures that were collected from rigs, with what the rigs' models drew, as label reads them; and collected.csv, a line a
/// picture, by which none is fetched twice, wherever it is by now. One program at a time.
/// </summary>
internal sealed class CollectedPictures : IDisposable
{
    public const string RecordName = "collected.csv";

    private static readonly string[] Columns = ["file", "site", "rig", "plant", "time", "capture", "doubt", "model", "sha256"];

    private readonly FileStream record;
    private readonly CsvFile lines;
    private readonly HashSet<(Guid Capture, string Plant)> known = [];

    private CollectedPictures(string folder, FileStream record)
    {
        (Folder, this.record) = (folder, record);
        ReadRecord();
        lines = new CsvFile(new StreamWriter(record), Columns, hasHeader: record.Length > 0);
    }

    public string Folder { get; }

    /// <summary>Where files grow; hidden, so that nothing reads them.</summary>
    public string Incoming => Path.Combine(Folder, ".incoming");

    /// <exception cref="DatasetException">Another program collects into it.</exception>
    public static CollectedPictures Open(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, RecordName);
        FileStream record;
        try
        {
            record = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new DatasetException($"{path}: another program collects into this folder; start again when it is done ({e.Message})");
        }

        return new CollectedPictures(folder, record);
    }

    public bool Has(Guid capture, string plant) => known.Contains((capture, plant));

    /// <summary>Takes a picture in: labels and picture to their places, then the record. Labels that are there are somebody's work, and stay.</summary>
    /// <param name="note">Of the labels.</param>
    /// <param name="labels">The file with the labels, which goes.</param>
    /// <param name="picture">The picture's file, which goes.</param>
    /// <returns>The picture's name.</returns>
    public string Add(LabelNote note, string labels, string picture)
    {
        PictureOrigin origin = note.Origin!;
        string name = NameOf(origin);
        string place = Path.Combine(Folder, name);
        string labelPlace = PictureNames.StemOf(place) + LabelPictureFolder.LabelSuffix;
        if (!File.Exists(labelPlace))
        {
            File.Move(labels, labelPlace);
        }

        File.Move(picture, place, overwrite: true);
        File.Delete(labels);
        lines.Add(
            name, origin.Site, origin.Rig, origin.Plant, origin.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            origin.Capture.ToString(), note.Doubt?.ToString("0.####", CultureInfo.InvariantCulture) ?? "", note.Model ?? "", origin.Sha256);
        lines.Flush();
        record.Flush(flushToDisk: true);
        known.Add((origin.Capture, origin.Plant));
        return name;
    }

    public void Dispose() => lines.Dispose();

    /// <summary>Prepare takes what is left without the time for the plant: its pictures stay on one side.</summary>
    private static string NameOf(PictureOrigin origin) =>
        string.Create(CultureInfo.InvariantCulture, $"{origin.Site}_{origin.Rig}_{origin.Plant}_{origin.Time.UtcDateTime:yyyyMMdd'T'HHmmss-fff}.png");

    private void ReadRecord()
    {
        using StreamReader reader = new(record, Encoding.UTF8, leaveOpen: true);
        string text = reader.ReadToEnd();

        // A line that was cut off by a power cut is of a picture that is fetched again.
        string whole = text[..(text.LastIndexOf('\n') + 1)];
        record.SetLength(Encoding.UTF8.GetByteCount(whole));
        record.Position = record.Length;
        if (whole.Length == 0)
        {
            return;
        }

        using SepReader rows = Sep.New(',').Reader(options => options with { Unescape = true, DisableColCountCheck = true }).FromText(whole);
        foreach (SepReader.Row row in rows)
        {
            if (row["capture"].TryParse<Guid>() is { } capture)
            {
                known.Add((capture, row["plant"].ToString()));
            }
        }
    }
}
