using System.Globalization;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Next versions of metadata, without signatures yet. What is staged already is changed further, not numbered on.</summary>
internal sealed class Staging(ReleaseFolder folder, TimeProvider clock)
{
    private const string Specification = "1.0.34";

    /// <summary>The role's next version, to be changed and handed to <see cref="Stage"/>.</summary>
    /// <exception cref="ReleaseException">The root has expired.</exception>
    public JsonObject Next(string role)
    {
        if (role != RoleName.Root && folder.Planned(RoleName.Root) is { } root)
        {
            RequireFresh(root);
        }

        long version = folder.Live(role) is { } live ? ReleaseFolder.VersionOf(new SignedFile(role, live)) + 1 : 1;
        JsonObject signed = folder.Planned(role) is { } planned ? MetadataFile.SignedPart(planned) : Empty(role);
        signed["version"] = version;
        int days = folder.Days.TryGetValue(role, out int own) ? own : folder.Days[RoleName.Targets];
        signed["expires"] = clock.GetUtcNow().UtcDateTime.AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return signed;
    }

    /// <summary>Stages a role, and the roles that have to name its new version.</summary>
    public void Stage(string role, JsonObject signed)
    {
        folder.Stage(role, MetadataFile.Unsigned(signed));
        if (role is RoleName.Root or RoleName.Timestamp)
        {
            return;
        }

        string lister = role == RoleName.Snapshot ? RoleName.Timestamp : RoleName.Snapshot;
        JsonObject listing = Next(lister);
        listing["meta"]![RoleName.FileOf(role)] = new JsonObject { ["version"] = signed["version"]!.DeepClone() };
        Stage(lister, listing);
    }

    private void RequireFresh(SignedFile root)
    {
        RootMetadata parsed = new(root.Bytes);
        if (parsed.Expires <= clock.GetUtcNow())
        {
            throw ReleaseException.File(string.Create(CultureInfo.InvariantCulture,
                $"The root has expired on {parsed.Expires:yyyy-MM-dd}, and no client takes anything from it; first: leafseg-train release rotate-root."));
        }
    }

    private static JsonObject Empty(string role)
    {
        JsonObject signed = new() { ["_type"] = RoleName.TopLevel.Contains(role) ? role : RoleName.Targets, ["spec_version"] = Specification };
        if (role == RoleName.Root)
        {
            signed["consistent_snapshot"] = true;
            signed["keys"] = new JsonObject();
            signed["roles"] = new JsonObject();
        }
        else
        {
            signed[role is RoleName.Snapshot or RoleName.Timestamp ? "meta" : "targets"] = new JsonObject();
        }

        return signed;
    }
}
