using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Collecting;

/// <summary>A rig's status page, and what opens it.</summary>
/// <param name="Page">Its address, which ends with '/'.</param>
/// <param name="Token">The rig's token (statusPage.tokenFile); null: none is asked for.</param>
internal sealed record RigAddress(Uri Page, string? Token)
{
    /// <summary>The token would be readable on its way.</summary>
    public bool IsExposed => Token is not null && Page.Scheme == Uri.UriSchemeHttp && !Page.IsLoopback;

    /// <summary>The rigs of the command line and of a file with a line for each: URL, and where it has its own, the file with its token.</summary>
    /// <exception cref="SettingsException">No rig, or an address that is none.</exception>
    /// <exception cref="DatasetException">A file cannot be read.</exception>
    public static IReadOnlyList<RigAddress> Of(IEnumerable<string> addresses, string? file, string? tokenFile)
    {
        string? token = tokenFile is null ? null : TokenIn(tokenFile);
        IEnumerable<string[]> lines = (file is null ? [] : ReadLines(file))
            .Select(line => line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0);
        RigAddress[] rigs =
        [
            .. addresses.Select(address => new RigAddress(Parse(address), token)),
            .. lines.Select(words => words.Length <= 2
                ? new RigAddress(Parse(words[0]), words.Length == 2 ? TokenIn(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file!))!, words[1])) : token)
                : throw new SettingsException($"--rigs {file}: found \"{string.Join(' ', words)}\", expected a rig's address and at most the file with its token.")),
        ];
        return rigs.Length > 0 ? rigs : throw new SettingsException("No rig is named, expected the address of a rig's status page (http://r17.local:8080), or --rigs FILE with one a line.");
    }

    private static Uri Parse(string address) =>
        Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out Uri? page)
        && (page.Scheme == Uri.UriSchemeHttp || page.Scheme == Uri.UriSchemeHttps) && page.UserInfo.Length == 0 && page.Query.Length == 0
            ? page
            : throw new SettingsException($"\"{address}\" is no address of a status page, expected one like http://r17.local:8080.");

    private static string TokenIn(string file) => ReadLines(file).FirstOrDefault()?.Trim() is { Length: > 0 } token
        ? token
        : throw new DatasetException($"{file}: is empty, expected the rig's token in its first line");

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException($"{file}: no such file");
        }
    }
}
