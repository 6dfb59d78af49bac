namespace LeafSeg.ModelTraining.Weights;

/// <summary>Where weights come from, as a person names it: a file, or a URL together with the sha256 of what lies there.</summary>
internal sealed record WeightsSource
{
    private WeightsSource()
    {
    }

    /// <summary>A path; null for a URL.</summary>
    public string? File { get; private init; }

    /// <summary>http or https; null for a path.</summary>
    public Uri? Url { get; private init; }

    /// <summary>64 hexadecimal digits in small letters; may be absent for a path.</summary>
    public string? Sha256 { get; private init; }

    /// <exception cref="WeightsFileException">A URL without a digest, or a digest that is none.</exception>
    public static WeightsSource Parse(string text, string? sha256)
    {
        string? digest = sha256?.Trim().ToLowerInvariant();
        if (digest is not null && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigit)))
        {
            throw new WeightsFileException($"--sha256 is {Printable.Text(digest)}, expected 64 hexadecimal digits, as sha256sum prints them");
        }

        bool isUrl = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isUrl)
        {
            return new WeightsSource { File = text, Sha256 = digest };
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url))
        {
            throw new WeightsFileException($"{Printable.Text(text)}: is not a URL that can be understood");
        }

        return digest is null
            ? throw new WeightsFileException(
                $"{text}: a file from the network is taken only together with its digest, so that it is the one that is meant and whole; "
                + "add --sha256 with the 64 digits that its publisher names, or that 'sha256sum FILE' prints for a copy that is trusted")
            : new WeightsSource { Url = url, Sha256 = digest };
    }
}
