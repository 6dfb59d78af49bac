using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>The first root, and those that follow it.</summary>
internal sealed class RootChanges(ReleaseFolder folder, Staging staging)
{
    /// <summary>Stages the first version of all four roles.</summary>
    public void Begin(IReadOnlyDictionary<string, KeyChoice> choices)
    {
        JsonObject root = staging.Next(RoleName.Root);
        foreach ((string role, KeyChoice choice) in choices)
        {
            root["roles"]![role] = choice.AddTo(root["keys"]!);
        }

        staging.Stage(RoleName.Root, root);
        staging.Stage(RoleName.Targets, staging.Next(RoleName.Targets));
    }

    /// <summary>Stages a new root, in which a role has other keys, and what those have to sign again. Without changes it is renewed.</summary>
    /// <exception cref="ReleaseException">A key to be removed is not there, or the threshold can never be met.</exception>
    public void Rotate(string? role, IReadOnlyList<PublicKey> add, IReadOnlyList<string> remove, int? threshold)
    {
        JsonObject next = staging.Next(RoleName.Root);
        if (role is null)
        {
            if (add.Count > 0 || remove.Count > 0 || threshold is not null)
            {
                throw ReleaseException.Argument("--role is missing, expected the role whose keys change: root, targets, snapshot or timestamp.");
            }

            staging.Stage(RoleName.Root, next);
            return;
        }

        if (!RoleName.TopLevel.Contains(role))
        {
            throw ReleaseException.Argument($"--role is '{role}', expected root, targets, snapshot or timestamp (a delegated role: leafseg-train release delegate).");
        }

        RoleKeys before = new RootMetadata(folder.Planned(RoleName.Root)!.Bytes).KeysOf(role);
        List<PublicKey> keys = [.. before.Keys.Values];
        foreach (string id in remove)
        {
            if (keys.RemoveAll(key => key.Id.StartsWith(id, StringComparison.Ordinal)) != 1)
            {
                throw ReleaseException.Argument($"--remove is '{id}', expected the id of one key of {role}: {string.Join(", ", before.Keys.Keys)}.");
            }
        }

        KeyChoice choice = new() { Option = "-", Keys = [.. keys, .. add], Threshold = threshold ?? (int)before.Threshold };
        choice.Validate();
        next["roles"]![role] = choice.AddTo(next["keys"]!);
        DropUnused(next);
        staging.Stage(RoleName.Root, next);
        if (role != RoleName.Root)
        {
            staging.Stage(role, staging.Next(role));
        }
    }

    private static void DropUnused(JsonObject root)
    {
        HashSet<string> used = [.. root["roles"]!.AsObject().SelectMany(role => role.Value!["keyids"]!.AsArray().Select(id => id!.GetValue<string>()))];
        JsonObject keys = root["keys"]!.AsObject();
        foreach (string id in keys.Select(key => key.Key).Where(id => !used.Contains(id)).ToList())
        {
            keys.Remove(id);
        }
    }
}
