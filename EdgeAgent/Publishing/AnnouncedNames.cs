using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>A name under which retained messages were published.</summary>
/// <param name="Site">Of the rig.</param>
/// <param name="Rig">Of the rig.</param>
/// <param name="HomeAssistant">Prefix of Home Assistant's discovery topics; null: not announced there.</param>
/// <param name="Boot">Boot id of the last run with this name: an <c>info</c> with another is another rig's.</param>
/// <param name="Plants">All that were measured under it.</param>
internal sealed record AnnouncedName(string Site, string Rig, string? HomeAssistant, string Boot, IReadOnlyList<string> Plants)
{
    [JsonIgnore]
    public RigName Name => new(Site, Rig);

    [JsonIgnore]
    public Topics Topics => new(Site, Rig);
}

/// <summary>
/// The names under which this rig has published retained messages, remembered over restarts: an owner who renames a rig, or switches Home
/// Assistant off, leaves messages behind that no rig owns any more.
/// </summary>
internal sealed partial class AnnouncedNames
{
    /// <summary>Name of the file in the state folder.</summary>
    public const string StateFile = "announced.json";

    private readonly AnnouncedName now;
    private List<AnnouncedName> former;

    /// <param name="stateFolder">Where the file is.</param>
    /// <param name="now">As the rig is announced in this run.</param>
    public AnnouncedNames(string stateFolder, AnnouncedName now)
    {
        FileName = Path.Combine(stateFolder, StateFile);
        AnnouncedName[] before = Read();

        // Its plants are cleared by their own topics; here they count once the name is another.
        this.now = now with
        {
            Plants = [.. before.Where(name => name.Name == now.Name).SelectMany(name => name.Plants).Concat(now.Plants).Distinct().Order(StringComparer.Ordinal)],
        };
        former = [.. before.Where(name => name.Name != now.Name || (name.HomeAssistant is not null && name.HomeAssistant != now.HomeAssistant))];
        if (before is not [.. var kept, var last] || !kept.SequenceEqual(former, Same) || !Same.Equals(last, this.now))
        {
            Write();
        }
    }

    public string FileName { get; }

    /// <summary>Those whose messages are not cleared yet.</summary>
    public IReadOnlyList<AnnouncedName> Former => former;

    /// <summary>Nothing of it is left.</summary>
    public void Forget(AnnouncedName name)
    {
        former = [.. former.Where(other => other != name)];
        Write();
    }

    private AnnouncedName[] Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FileName), NamesJson.Default.AnnouncedNameArray) is { } names
                ? [.. names.Where(name => Topics.IsName(name.Site) && Topics.IsName(name.Rig) && name.Plants.All(Topics.IsName))]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private void Write()
    {
        try
        {
            DurableFile.Write(FileName, JsonSerializer.SerializeToUtf8Bytes([.. former, now], NamesJson.Default.AnnouncedNameArray));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It counts for this run; the outbox raises the alarm of the disk.
        }
    }

    private static readonly EqualityComparer<AnnouncedName> Same = EqualityComparer<AnnouncedName>.Create((a, b) =>
        a!.Name == b!.Name && a.HomeAssistant == b.HomeAssistant && a.Boot == b.Boot && a.Plants.SequenceEqual(b.Plants));

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(AnnouncedName[]))]
    private sealed partial class NamesJson : JsonSerializerContext;
}
