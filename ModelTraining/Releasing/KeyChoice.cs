using System.Globalization;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Which keys are to sign for a role, and how many of them it takes.</summary>
internal sealed record KeyChoice
{
    /// <summary>What names the keys on the command line, for errors.</summary>
    public required string Option { get; init; }

    public required IReadOnlyList<PublicKey> Keys { get; init; }

    public required int Threshold { get; init; }

    public static KeyChoice Read(string option, IReadOnlyList<string> files, int threshold) =>
        new() { Option = option, Keys = [.. files.Select(PublicKeyFile.Read)], Threshold = threshold };

    /// <exception cref="ReleaseException">A key is named twice, or the threshold can never be met.</exception>
    public void Validate()
    {
        if (Keys.Select(key => key.Identity).Distinct().Count() != Keys.Count)
        {
            throw ReleaseException.Argument($"{Option}: one key is named twice, expected different ones.");
        }

        if (Threshold < 1 || Threshold > Keys.Count)
        {
            throw ReleaseException.Argument(string.Create(CultureInfo.InvariantCulture,
                $"{Option}-threshold is {Threshold} with {Keys.Count} keys, expected 1 to {Keys.Count}: more can never sign."));
        }
    }

    /// <summary>Lists the keys, and the role that they are for.</summary>
    public JsonObject AddTo(JsonNode keys)
    {
        foreach (PublicKey key in Keys)
        {
            keys[key.Id] = PublicKeyFile.Json(key);
        }

        return new JsonObject
        {
            ["keyids"] = new JsonArray([.. Keys.Select(key => JsonValue.Create(key.Id))]),
            ["threshold"] = Threshold,
        };
    }
}
