using LeafSeg.Common.Downloads;
using LeafSeg.EdgeAgent.Updates.Tuf;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

/// <summary>Serves files out of a test's hand and writes down what it is asked for.</summary>
/// <param name="find">The file of a name, not escaped; null for none.</param>
/// <param name="name">Prefix of each name in the list of requests.</param>
internal sealed class MemorySource(Func<string, byte[]?> find, string name = "") : RepositorySource
{
    public List<string> Requests { get; init; } = [];

    public override Task<RemoteContent?> OpenAsync(string path, long from, CancellationToken cancellationToken)
    {
        string file = Uri.UnescapeDataString(path);
        byte[]? content = find(file);
        Requests.Add($"{name}{file}{(content is null ? " 404" : "")}");
        return Task.FromResult(content is null
            ? null
            : new RemoteContent(new MemoryStream(content[(int)from..]), from, Length: null));
    }
}
