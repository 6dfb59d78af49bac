using System.Globalization;

namespace LeafSeg.Common.Tuf;

/// <summary>What all four kinds of metadata have in common. Parsed, not verified: see <see cref="TrustedMetadata"/>.</summary>
public abstract class Metadata
{
    private const string ExpiryForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <exception cref="TufException">It is not metadata of this type.</exception>
    private protected Metadata(string name, string type, ReadOnlyMemory<byte> bytes)
    {
        File = new SignedFile(name, bytes);
        Fields = new JsonFields(File.SignedPart, name);
        string found = Fields.Text("_type");
        if (found != type)
        {
            throw new TufException(TufRefusal.Contradiction, $"{name}: found metadata of the type \"{found}\"; expected \"{type}\"");
        }

        RequireKnownSpecification(Fields);
        Version = Fields.Whole("version", least: 1);
        Expires = ReadExpiry(Fields);
    }

    /// <summary>The file as it was read.</summary>
    public SignedFile File { get; }

    /// <summary>1 or more.</summary>
    public long Version { get; }

    /// <summary>From this moment on it is not to be trusted, UTC.</summary>
    public DateTimeOffset Expires { get; }

    private protected JsonFields Fields { get; }

    /// <exception cref="TufException"><see cref="TufRefusal.Expired"/>: at or before this time.</exception>
    public void RequireFresh(DateTimeOffset now)
    {
        if (Expires <= now)
        {
            throw new TufException(TufRefusal.Expired, string.Create(CultureInfo.InvariantCulture,
                $"{File.Name}: version {Version} has expired on {Expires:yyyy-MM-dd HH:mm:ss}; expected one that is good on {now:yyyy-MM-dd HH:mm:ss} (UTC)"));
        }
    }

    private static void RequireKnownSpecification(JsonFields fields)
    {
        string version = fields.Text("spec_version");
        string[] parts = version.Split('.');
        if (parts.Length is not (2 or 3) || !parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit)) || parts[0] != "1")
        {
            throw fields.Wrong("spec_version", $"\"{version}\"", "1.N or 1.N.N");
        }
    }

    private static DateTimeOffset ReadExpiry(JsonFields fields)
    {
        string text = fields.Text("expires");
        return DateTimeOffset.TryParseExact(text, ExpiryForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset expires)
            ? expires
            : throw fields.Wrong("expires", $"\"{text}\"", "YYYY-MM-DDTHH:MM:SSZ");
    }
}
