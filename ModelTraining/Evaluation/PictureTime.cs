using System.Globalization;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>When a picture was taken: by EXIF, else by its name, in which a date of a stated form is looked for.</summary>
internal sealed class PictureTime
{
    /// <summary>Longest first: a date with its time is not to be taken for a date.</summary>
    private static readonly string[] Usual =
    [
        "yyyy-MM-dd-HH-mm-ss", "yyyy-MM-dd_HH-mm-ss", "yyyy-MM-ddTHH-mm-ss", "yyyy-MM-dd-HH-mm", "yyyy-MM-dd_HH-mm", "yyyy-MM-ddTHH-mm",
        "yyyyMMdd_HHmmss", "yyyyMMdd-HHmmss", "yyyyMMddTHHmmss", "yyyyMMddHHmmss", "yyyyMMdd_HHmm", "yyyyMMdd-HHmm", "yyyyMMddTHHmm", "yyyyMMddHHmm",
        "yyyy-MM-dd", "yyyy_MM_dd", "yyyyMMdd",
    ];

    private readonly string[] forms;

    /// <param name="form">As .NET writes dates: yyyy, MM, dd, HH, mm, ss; null: the usual ones.</param>
    /// <exception cref="SettingsException">It is no form of a date.</exception>
    public PictureTime(string? form)
    {
        forms = form is null ? Usual : [form];
        if (form is not null && !DateTime.TryParseExact(DateTime.UnixEpoch.ToString(form, CultureInfo.InvariantCulture), form, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            throw new SettingsException($"--time-pattern is \"{form}\", expected the form of a date in the pictures' names, as in yyyyMMdd_HHmm.");
        }
    }

    /// <param name="name">The picture's, without extension.</param>
    /// <param name="exif">What the file itself says.</param>
    public (DateTime Time, string From)? Of(string name, DateTime? exif)
    {
        if (exif is DateTime taken)
        {
            return (taken, "exif");
        }

        foreach (string form in forms)
        {
            int length = DateTime.UnixEpoch.ToString(form, CultureInfo.InvariantCulture).Length;
            for (int at = 0; at + length <= name.Length; at++)
            {
                bool alone = (at == 0 || !char.IsAsciiDigit(name[at - 1])) && (at + length == name.Length || !char.IsAsciiDigit(name[at + length]));
                if (alone && DateTime.TryParseExact(name.AsSpan(at, length), form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) && time.Year is > 1970 and < 2200)
                {
                    return (time, "name");
                }
            }
        }

        return null;
    }
}
