using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Updates.Tuf;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent tuf</c>: the update client alone, with the command line of the TUF project's conformance tests.</summary>
internal static class TufCommand
{
    private const string Description = """
        Updates signed metadata and fetches targets from a repository of The Update Framework: what the agent does for
        new models, alone. A repository is a web server or a folder (a path, or a file:// URL).

        Examples:
          leafseg-agent tuf --metadata-dir trusted init root.json
          leafseg-agent tuf --metadata-dir trusted --metadata-url https://models.example/metadata refresh
          leafseg-agent tuf --metadata-dir trusted --metadata-url /media/stick/metadata \
              --target-name leafseg/1.4.0/model.onnx --target-base-url /media/stick/targets --target-dir models download

        Exit codes:
          0    done
          1    something is refused, or failed; what was trusted before still is
          2    the command line is wrong
          70   a bug in the program
          130  Ctrl-C
        """;

    public static Command Create()
    {
        Option<string> metadataDir = new("--metadata-dir") { Description = "Folder with the metadata that is trusted", HelpName = "DIR", Required = true, Recursive = true };
        Option<string?> metadataUrl = new("--metadata-url") { Description = "Where the repository's metadata is", HelpName = "URL", Recursive = true };
        Option<string[]> targetNames = new("--target-name") { Description = "Target to fetch; may be given again", HelpName = "PATH", Recursive = true };
        Option<string?> targetUrl = new("--target-base-url") { Description = "Where the repository's targets are", HelpName = "URL", Recursive = true };
        Option<string?> targetDir = new("--target-dir") { Description = "Folder for the targets", HelpName = "DIR", Recursive = true };

        Argument<string> root = new("ROOT") { Description = "The root.json that trust begins with" };
        Command init = new("init", """
            Trusts a root: the file that the publisher has handed over, by a way that is trusted already.

            Example:
              leafseg-agent tuf --metadata-dir trusted init root.json
            """) { root };
        init.SetAction((parsed, cancellationToken) => RunAsync(async token =>
            new MetadataStore(parsed.GetRequiredValue(metadataDir)).Initialise(await File.ReadAllBytesAsync(parsed.GetRequiredValue(root), token)), cancellationToken));

        Command refresh = new("refresh", """
            Brings the top-level metadata up to date.

            Examples:
              leafseg-agent tuf --metadata-dir trusted --metadata-url https://models.example/metadata refresh
              leafseg-agent tuf --metadata-dir trusted --metadata-url /media/stick/metadata refresh
            """);
        refresh.SetAction((parsed, cancellationToken) => RunAsync(
            token => RefreshAsync(parsed.GetRequiredValue(metadataDir), Given(parsed, metadataUrl), token), cancellationToken));

        Command download = new("download", """
            Brings the metadata up to date and fetches targets; what is there already and right is not fetched again.

            Example:
              leafseg-agent tuf --metadata-dir trusted --metadata-url https://models.example/metadata \
                  --target-name leafseg/1.4.0/model.onnx --target-base-url https://models.example/targets --target-dir models download
            """);
        download.SetAction((parsed, cancellationToken) => RunAsync(
            token => DownloadAsync(
                parsed.GetRequiredValue(metadataDir),
                Given(parsed, metadataUrl),
                parsed.GetValue(targetNames) is { Length: > 0 } names ? names : throw Missing("--target-name"),
                Given(parsed, targetUrl),
                Given(parsed, targetDir),
                token),
            cancellationToken));

        return new Command("tuf", Description) { metadataDir, metadataUrl, targetNames, targetUrl, targetDir, init, refresh, download };
    }

    private static async Task RefreshAsync(string metadataDir, string metadataUrl, CancellationToken cancellationToken)
    {
        using RepositorySource repository = Open(metadataUrl);
        TrustedMetadata trusted = await Client(metadataDir, repository).RefreshAsync(cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"root {trusted.Root.Version}, timestamp {trusted.Timestamp!.Version}, snapshot {trusted.Snapshot!.Version}: up to date"));
    }

    private static async Task DownloadAsync(
        string metadataDir, string metadataUrl, IReadOnlyList<string> names, string targetUrl, string targetDir, CancellationToken cancellationToken)
    {
        using RepositorySource repository = Open(metadataUrl);
        using RepositorySource targets = Open(targetUrl);
        TufClient client = Client(metadataDir, repository);
        await client.RefreshAsync(cancellationToken);
        foreach (string name in names)
        {
            TargetFile target = await client.FindAsync(name, cancellationToken);
            Console.WriteLine(await client.DownloadAsync(target, targets, targetDir, Percent(target), cancellationToken));
        }
    }

    private static TufClient Client(string metadataDir, RepositorySource repository) =>
        new(new MetadataStore(metadataDir), repository, new Fetcher(Options, TimeProvider.System), UpdateClock.AsItIs(TimeProvider.System));

    /// <summary>Any URL that is given is meant.</summary>
    private static RepositoryOptions Options { get; } = new() { AllowHttp = true };

    private static RepositorySource Open(string location) => RepositorySource.Open(location, Options);

    /// <summary>One line that counts up, for a person who looks on.</summary>
    private static PercentLine? Percent(TargetFile target) =>
        Console.IsErrorRedirected || target.Length == 0 ? null : new PercentLine(target);

    private static string Given(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) ?? throw Missing(option.Name);

    private static AgentException Missing(string option) => new(ExitCode.Usage, $"{option}: not given; expected one (see leafseg-agent tuf --help)");

    private static async Task<int> RunAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            return await InterruptibleWork.RunAsync(action, cancellationToken);
        }
        catch (TufException e)
        {
            throw new AgentException(ExitCode.Refused, $"{e.Message} [{e.Refusal}]", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Refused, e.Message, e);
        }
    }

    private sealed class PercentLine(TargetFile target) : IProgress<DownloadProgress>
    {
        private long shown = -1;

        public void Report(DownloadProgress value)
        {
            long percent = 100 * value.Done / target.Length;
            if (percent == shown)
            {
                return;
            }

            shown = percent;
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{target.Path}  {percent,3} %{(percent == 100 ? "\n" : "")}"));
        }
    }
}
