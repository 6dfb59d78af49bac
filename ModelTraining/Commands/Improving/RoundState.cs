using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Commands.Improving;

/// <summary>How far a round is: improve.json in its folder, written at each step, so that a killed program goes on where it was.</summary>
internal sealed class RoundState
{
    private const string FileName = "improve.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string path;
    private readonly List<Entry> entries;

    private RoundState(string path, JsonObject settings, List<Entry> entries)
    {
        this.path = path;
        (Settings, this.entries) = (settings, entries);
    }

    /// <summary>See <see cref="RoundSettings"/>; changed by what the command line names.</summary>
    public JsonObject Settings { get; }

    /// <exception cref="DatasetException">The file is there and cannot be understood.</exception>
    public static RoundState Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new RoundState(path, [], []);
        }

        try
        {
            Saved saved = JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(path), Json)!;
            return new RoundState(path, saved.Settings, saved.Steps);
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{path}: is not the state of a round ({e.Message}); start in a new folder");
        }
    }

    /// <summary>Whether the step was begun, or done, with these very arguments.</summary>
    public bool WasBegun(RoundStep step) => Of(step) is not null;

    /// <returns>Null: it is to be done.</returns>
    public DateTimeOffset? DoneAt(RoundStep step) => Of(step)?.Done;

    /// <summary>Notes that a step begins; what came after it is to be done again.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Begin(IReadOnlyList<RoundStep> plan, RoundStep step)
    {
        bool goesOn = WasBegun(step);
        int place = plan.Index().First(one => one.Item == step).Index;
        HashSet<string> before = [.. plan.Take(place).Select(one => one.Name)];
        entries.RemoveAll(entry => !before.Contains(entry.Name) && !(goesOn && entry.Name == step.Name));
        if (!goesOn)
        {
            entries.Add(new Entry(step.Name, step.Arguments, null));
        }

        Save();
    }

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Finish(RoundStep step, DateTimeOffset now)
    {
        int place = entries.FindIndex(entry => entry.Name == step.Name);
        entries[place] = entries[place] with { Done = now };
        Save();
    }

    /// <summary>Forgets a step and those after it.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Forget(IReadOnlyList<RoundStep> plan, string name)
    {
        HashSet<string> before = [.. plan.TakeWhile(step => step.Name != name).Select(step => step.Name)];
        entries.RemoveAll(entry => !before.Contains(entry.Name));
        Save();
    }

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Save() => DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Saved(Settings, entries), Json));

    private Entry? Of(RoundStep step) => entries.FirstOrDefault(entry => entry.Name == step.Name && entry.Arguments.SequenceEqual(step.Arguments));

    private sealed record Saved(JsonObject Settings, List<Entry> Steps);

    private sealed record Entry(string Name, IReadOnlyList<string> Arguments, DateTimeOffset? Done);
}
