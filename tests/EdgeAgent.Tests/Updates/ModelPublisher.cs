using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tests.Tuf;

namespace LeafSeg.EdgeAgent.Tests.Updates;

/// <summary>A repository with models in it, as a publisher would have signed it.</summary>
internal sealed class ModelPublisher
{
    public RepositoryDraft Draft { get; } = new();

    /// <summary>Signs a model in.</summary>
    /// <returns>Its digest.</returns>
    public string Publish(string version, byte[] model, int percent = 100, string rigs = "*/*", string contract = "2")
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(model));
        JsonObject custom = new ReleaseTerms
        {
            Name = "tiny",
            Version = version,
            Contract = contract,
            Created = RepositoryDraft.Now,
            Rigs = [rigs],
            RolloutPercent = percent,
            Scores = new ModelScores { Sbd = 0.8, Dic = 0, AbsoluteDic = 1, FgBgDice = 0.9, Data = "none", Pictures = 1 },
        }.ToCustom();
        Draft.Signed["targets"]["targets"]![Target(version)] = new JsonObject
        {
            ["length"] = model.Length,
            ["hashes"] = new JsonObject { ["sha256"] = hash },
            ["custom"] = custom,
        };
        Draft.Files[$"tiny/{version}/{hash}.model.onnx"] = model;
        Sign();
        return $"sha256:{hash}";
    }

    public void Withdraw(string version, bool isKept = false)
    {
        Draft.Signed["targets"]["targets"]!.AsObject().Remove(Target(version));
        foreach (string field in isKept ? [Withdrawal.Field, Withdrawal.KeptField] : (string[])[Withdrawal.Field])
        {
            JsonArray withdrawn = Draft.Signed["targets"][field] as JsonArray ?? [];
            withdrawn.Add(Target(version));
            Draft.Signed["targets"][field] = withdrawn.DeepClone();
        }

        Sign();
    }

    /// <summary>Writes all of it into a folder, metadata and targets side by side.</summary>
    public void Write(string folder)
    {
        foreach ((string name, byte[] content) in Draft.Files)
        {
            string file = Path.Combine(folder, name.Contains('/') ? "targets" : "metadata", name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    public static string Target(string version) => $"tiny/{version}/model.onnx";

    private void Sign() => Draft.Publish("targets", "snapshot", "timestamp");
}
