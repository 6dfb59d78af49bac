using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>The models that a role lists, and the sites that may list their own.</summary>
internal sealed class ModelReleases(ReleaseFolder folder, Staging staging)
{
    /// <summary>Checks a model, puts its file among the targets, and stages its listing.</summary>
    /// <returns>The target path.</returns>
    /// <exception cref="ModelFileException">It is no model that a rig could run.</exception>
    /// <exception cref="ReleaseException">The version is there already or withdrawn, or an argument is wrong.</exception>
    public string Publish(string modelFile, string role, IReadOnlyList<string> rigs, int percent)
    {
        RequirePercent(percent);
        foreach (string pattern in rigs)
        {
            if (pattern.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
            {
                throw ReleaseException.Argument($"--rigs is '{pattern}', expected a pattern of SITE/RIG like 'ghent/*'.");
            }
        }

        TargetsMetadata listing = Listing(role);
        (ModelMetadata model, byte[] content) = Checked(modelFile);
        string path = PathOf(role, model.Name, model.Version);
        JsonObject next = staging.Next(role);
        if (listing.Targets.ContainsKey(path))
        {
            throw ReleaseException.Argument($"{path}: is published already; to reach more rigs: leafseg-train release rollout; other bytes need another version.");
        }

        if (next[Withdrawal.Field] is JsonArray gone && gone.Any(entry => entry!.GetValue<string>() == path))
        {
            throw ReleaseException.Argument($"{path}: was withdrawn, and a version never comes back; export the model with another version.");
        }

        RequireAllowed(role, path);

        string sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        folder.ShowTarget(path, sha256, content);
        ReleaseTerms terms = new()
        {
            Name = model.Name,
            Version = model.Version,
            Contract = model.Contract,
            Scores = model.Scores,
            Created = model.Created,
            Rigs = rigs,
            RolloutPercent = percent,
        };
        next["targets"]![path] = new JsonObject
        {
            ["custom"] = terms.ToCustom(),
            ["hashes"] = new JsonObject { ["sha256"] = sha256, ["sha512"] = Convert.ToHexStringLower(SHA512.HashData(content)) },
            ["length"] = content.Length,
        };
        staging.Stage(role, next);
        return path;
    }

    /// <summary>Lets more rigs have a release.</summary>
    /// <exception cref="ReleaseException">It is not there, or the share would not grow.</exception>
    public string RollOut(string version, string? name, string role, int percent)
    {
        RequirePercent(percent);
        TargetFile target = Find(version, name, role);
        ReleaseTerms terms = ReleaseTerms.Read(target);
        if (percent <= terms.RolloutPercent)
        {
            throw ReleaseException.Argument(
                $"--percent is {percent}, expected more than the {terms.RolloutPercent} that {target.Path} has: rigs that have a model keep it; to take it back: leafseg-train release withdraw.");
        }

        JsonObject next = staging.Next(role);
        JsonObject custom = next["targets"]![target.Path]!["custom"]!.AsObject();
        foreach ((string key, JsonNode? value) in (terms with { RolloutPercent = percent }).ToCustom())
        {
            custom[key] = value!.DeepClone();
        }

        staging.Stage(role, next);
        return target.Path;
    }

    /// <summary>
    /// Removes a release from the list; its name stays listed as withdrawn, so that no other file takes its version. Its file stays,
    /// for clients that are fetching it.
    /// </summary>
    /// <param name="version">Of the release.</param>
    /// <param name="name">Of the model; null: only one has this version.</param>
    /// <param name="role">That lists it.</param>
    /// <param name="isKept">Rigs that use it keep it; otherwise they roll back.</param>
    /// <exception cref="ReleaseException">It is not there.</exception>
    public string Withdraw(string version, string? name, string role, bool isKept)
    {
        string path = Find(version, name, role).Path;
        JsonObject next = staging.Next(role);
        next["targets"]!.AsObject().Remove(path);
        Name(next, Withdrawal.Field, path);
        if (isKept)
        {
            Name(next, Withdrawal.KeptField, path);
        }

        staging.Stage(role, next);
        return path;
    }

    /// <summary>Lets a site list models of its own; for a role that is there, gives it other keys.</summary>
    /// <exception cref="ReleaseException">The name or the paths cannot be used.</exception>
    public void Delegate(string role, KeyChoice choice, IReadOnlyList<string> paths, bool terminating)
    {
        if (!Topics.IsName(role) || RoleName.TopLevel.Contains(role))
        {
            throw ReleaseException.Argument($"ROLE is '{role}', expected a-z, 0-9 and -, at most 63 of them, and no top-level role.");
        }

        choice.Validate();
        JsonObject targets = staging.Next(RoleName.Targets);
        if (targets["delegations"] is not JsonObject delegations)
        {
            targets["delegations"] = delegations = new JsonObject { ["keys"] = new JsonObject(), ["roles"] = new JsonArray() };
        }

        JsonArray roles = delegations["roles"]!.AsArray();
        JsonObject delegated = choice.AddTo(delegations["keys"]!);
        delegated["name"] = role;
        delegated["paths"] = new JsonArray([.. paths.Select(path => JsonValue.Create(path))]);
        delegated["terminating"] = terminating;
        int before = roles.ToList().FindIndex(entry => entry!["name"]!.GetValue<string>() == role);
        if (before >= 0)
        {
            roles[before] = delegated;
        }
        else
        {
            roles.Add(delegated);
        }

        staging.Stage(RoleName.Targets, targets);
        staging.Stage(role, staging.Next(role));
    }

    /// <summary>A release that the role lists.</summary>
    /// <exception cref="ReleaseException">It is not there, or several are.</exception>
    public TargetFile Find(string version, string? name, string role)
    {
        List<TargetFile> found = [.. Listing(role).Targets.Values.Where(target => target.Custom is not null && ReleaseTerms.Read(target) is { } terms
            && terms.Version == version && (name is null || terms.Name == name))];
        return found.Count switch
        {
            1 => found[0],
            0 => throw ReleaseException.Argument($"VERSION is '{version}', expected one that {role} lists: leafseg-train release show."),
            _ => throw ReleaseException.Argument($"Several models have the version {version} ({string.Join(", ", found.Select(target => target.Path))}); name one with --name."),
        };
    }

    private static void Name(JsonObject listing, string field, string path)
    {
        if (listing[field] is not JsonArray paths)
        {
            listing[field] = paths = [];
        }

        paths.Add(path);
    }

    private TargetsMetadata Listing(string role) => folder.Planned(role) is { } file && role is not (RoleName.Root or RoleName.Snapshot or RoleName.Timestamp)
        ? new TargetsMetadata(role, file.Bytes)
        : throw ReleaseException.Argument($"--role is '{role}', expected targets or a role that leafseg-train release delegate has made.");

    /// <summary>A client asks a site's role only for the paths that it is trusted with.</summary>
    private void RequireAllowed(string role, string path)
    {
        if (role != RoleName.Targets && Listing(RoleName.Targets).Delegations?.For(path).Any(found => found.Name == role) != true)
        {
            throw ReleaseException.Argument($"{path}: {role} may not list this path, expected one of those that were delegated to it (--paths of release delegate).");
        }
    }

    private static string PathOf(string role, string name, string version) =>
        $"{(role == RoleName.Targets ? "" : $"{role}/")}{name}/{name}-{version}.onnx";

    private static (ModelMetadata Model, byte[] Content) Checked(string file)
    {
        using LeafModel model = LeafModel.Open(file);
        byte[] content = File.ReadAllBytes(file);
        if (!Topics.IsName(model.Metadata.Name))
        {
            throw ReleaseException.File($"{file}: its name is \"{model.Metadata.Name}\"; expected a-z, 0-9 and -, as leafseg-train export --name takes it.");
        }

        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}" == model.Digest
            ? (model.Metadata, content)
            : throw ReleaseException.File($"{file}: has changed while it was read; wait until it is finished and start again.");
    }

    private static void RequirePercent(int percent)
    {
        if (percent is < 0 or > 100)
        {
            throw ReleaseException.Argument($"--percent is {percent}, expected 0 to 100.");
        }
    }
}
