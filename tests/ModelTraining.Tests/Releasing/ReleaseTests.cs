using System.Text.Json;
using LeafSeg.Common.Models;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Tests.Releasing;

public sealed class ReleaseTests : IDisposable
{
    private const string Path100 = "tiny/tiny-1.0.0.onnx";
    private readonly ReleasePublisher publisher = new();

    public void Dispose() => publisher.Dispose();

    [Fact]
    public async Task A_client_follows_from_the_first_root_through_every_change()
    {
        Assert.Equal(ExitCode.Done, await publisher.InitAsync());
        Rig rig = new(publisher.Metadata);
        Assert.Empty(rig.Targets());

        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync("publish", publisher.Model("1.0.0"), "--percent", "20", "--rigs", "ghent/*"));
        ReleaseTerms terms = rig.Terms(Path100);
        Assert.Equal((20, "2", "1.0.0"), (terms.RolloutPercent, terms.Contract, terms.Version));
        Assert.True(terms.IsFor("ghent", "r1"));
        TargetFile target = rig.Targets()[Path100];
        await using (FileStream file = File.OpenRead(Path.Combine(publisher.Repository, "targets", target.PathInRepository(consistentSnapshots: true))))
        {
            Assert.True(await target.IsAsync(file, TestContext.Current.CancellationToken));
        }

        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync("rollout", "1.0.0", "--percent", "100"));
        Assert.Equal(100, rig.Terms(Path100).RolloutPercent);

        publisher.NewKey("ghent", "rsa-pss");
        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["targets", "online", "ghent"], "delegate", "ghent", "--role-key", publisher.At("ghent.pub.json")));
        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["ghent", "online"], "publish", publisher.Model("2.0.0"), "--role", "ghent"));
        Assert.Equal(["ghent/tiny/tiny-2.0.0.onnx"], rig.Targets("ghent").Keys);

        string old = PublicKeyFile.Read(publisher.At("online.pub.json")).Id;
        publisher.NewKey("fresh");
        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(
            ["root", "fresh", "online"], "rotate-root", "--role", "timestamp", "--add", publisher.At("fresh.pub.json"), "--remove", old));
        Assert.Single(rig.Targets());

        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["targets", "online", "fresh"], "withdraw", "1.0.0", "--keep"));
        Assert.Empty(rig.Targets());
        Assert.False(rig.IsRecalled(Path100));
        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["targets", "online", "fresh"], "publish", publisher.Model("1.0.1")));
        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["targets", "online", "fresh"], "withdraw", "1.0.1"));
        Assert.True(rig.IsRecalled(Path100.Replace("1.0.0", "1.0.1", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.BadArgument, await publisher.ChangeAsync(["targets", "online", "fresh"], "publish", publisher.Model("1.0.0")));

        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["online", "fresh"], "refresh", "--within", "60"));
        Assert.Equal(["ghent/tiny/tiny-2.0.0.onnx"], rig.Targets("ghent").Keys);
        Assert.Equal(["ghent/tiny/tiny-2.0.0.onnx"], new Rig(publisher.Metadata).Targets("ghent").Keys);
        Assert.Equal(ExitCode.Done, await ReleasePublisher.RunAsync("show", publisher.Repository));
    }

    [Fact]
    public async Task Staged_metadata_collects_signatures_and_goes_live_with_enough_of_them()
    {
        string ben = publisher.NewKey("ben");
        string carl = publisher.NewKey("carl", "rsa-pss");
        Assert.Equal(ExitCode.Unsigned, await publisher.InitAsync(2, "root", "ben", "carl"));
        Assert.Equal(ExitCode.Unsigned, await ReleasePublisher.RunAsync("commit", publisher.Repository));
        Assert.Empty(Directory.GetFiles(publisher.Metadata));
        using (ReleaseFolder folder = ReleaseFolder.Open(publisher.Repository))
        {
            string missing = Assert.Single(new Signatures(folder).Missing());
            Assert.Contains(ben, missing, StringComparison.Ordinal);
            Assert.Contains(carl, missing, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync(["carl"], "sign"));
        Assert.Equal(ExitCode.Done, await ReleasePublisher.RunAsync("commit", publisher.Repository));
        Assert.Empty(new Rig(publisher.Metadata).Targets());
    }

    [Fact]
    public async Task Changes_that_wait_together_go_live_together()
    {
        await publisher.InitAsync();
        Rig rig = new(publisher.Metadata);
        Assert.Equal(ExitCode.Unsigned, await publisher.ChangeAsync([], "publish", publisher.Model("1.0.0"), "--percent", "10"));
        Assert.Equal(ExitCode.Unsigned, await publisher.ChangeAsync([], "publish", publisher.Model("1.1.0")));
        Assert.Empty(rig.Targets());
        Assert.Equal(ExitCode.Done, await publisher.ChangeAsync("rollout", "1.0.0", "--percent", "30"));
        Assert.Equal(2, rig.Targets().Count);
        Assert.True(File.Exists(Path.Combine(publisher.Metadata, "2.targets.json")));
        Assert.False(File.Exists(Path.Combine(publisher.Metadata, "3.targets.json")));
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("rotate-root")]
    public async Task A_repository_that_is_killed_between_any_two_files_is_valid_and_finishes_later(string change)
    {
        await publisher.InitAsync();
        Rig before = new(publisher.Metadata);
        before.Targets();
        string[] newFiles;
        if (change == "publish")
        {
            await publisher.ChangeAsync([], "publish", publisher.Model("1.0.0"));
            await publisher.ChangeAsync(["targets", "online"], "sign");
            newFiles = ["2.targets.json", "2.snapshot.json", "timestamp.json"];
        }
        else
        {
            publisher.NewKey("fresh");
            await publisher.ChangeAsync(
                [], "rotate-root", "--role", "timestamp", "--add", publisher.At("fresh.pub.json"), "--remove", PublicKeyFile.Read(publisher.At("online.pub.json")).Id);
            await publisher.ChangeAsync(["root", "fresh", "online"], "sign");
            newFiles = ["timestamp.json", "2.root.json"];
        }

        // The same repository, as it is after each write of the commit.
        for (int written = 0; written <= newFiles.Length; written++)
        {
            string copy = publisher.At($"killed-{written}");
            Copy(publisher.Repository, copy);
            string metadata = Path.Combine(copy, "metadata");
            foreach (string file in newFiles.Take(written))
            {
                File.Copy(Path.Combine(copy, "staged", file[0] == '2' ? file[2..] : file), Path.Combine(metadata, file), overwrite: true);
            }

            await File.WriteAllTextAsync(DurableFile.PartOf(Path.Combine(metadata, "timestamp.json")), "{\"sig", TestContext.Current.CancellationToken);

            new Rig(metadata).Targets();
            Assert.Equal(ExitCode.Done, await ReleasePublisher.RunAsync("commit", copy));
            Assert.Equal(change == "publish" ? 1 : 0, new Rig(metadata).Targets().Count);
            Assert.Empty(Directory.GetFiles(Path.Combine(copy, "staged")));
        }

        // And these were the files, all of them.
        List<string> live = [.. Directory.GetFiles(Path.Combine(publisher.At("killed-0"), "metadata")).Select(file => Path.GetFileName(file)!)];
        Assert.Equal(newFiles.Where(file => file[0] == '2').Order(), live.Where(file => file[0] == '2').Order());
    }

    [Fact]
    public async Task What_is_mistaken_is_refused_and_changes_nothing()
    {
        await publisher.InitAsync();
        await publisher.ChangeAsync("publish", publisher.Model("1.0.0"), "--percent", "50");
        await File.WriteAllTextAsync(publisher.At("thesis.onnx"), "not a model", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(publisher.At("wrong"), "another passphrase", TestContext.Current.CancellationToken);
        publisher.NewKey("stranger");
        SortedDictionary<string, string> before = publisher.Contents();
        string repository = publisher.Repository;
        string model = publisher.Model("1.1.0");

        (int Expected, string[] Arguments)[] mistakes =
        [
            (ExitCode.BadArgument, ["publish", repository, model, "--key", publisher.At("targets.pem"), "--passphrase-file", publisher.At("wrong")]),
            (ExitCode.BadArgument, ["publish", repository, model, "--key", publisher.At("stranger.pem"), "--passphrase-file", publisher.At("passphrase")]),
            (ExitCode.BadArgument, ["publish", repository, model, "--key", publisher.At("root.pem"), "--passphrase-file", publisher.At("passphrase")]),
            (ExitCode.BadFile, ["publish", repository, model, "--key", publisher.At("targets.pub.json"), "--passphrase-file", publisher.At("passphrase")]),
            (ExitCode.BadFile, ["publish", repository, model, "--key", publisher.At("missing.pem"), "--passphrase-file", publisher.At("passphrase")]),
            (ExitCode.BadArgument, ["publish", repository, publisher.Model("1.0.0")]),
            (ExitCode.BadArgument, ["publish", repository, model, "--percent", "101"]),
            (ExitCode.BadArgument, ["publish", repository, model, "--rigs", "everyone"]),
            (ExitCode.BadArgument, ["publish", repository, model, "--role", "nobody"]),
            (ExitCode.BadFile, ["publish", repository, publisher.At("thesis.onnx")]),
            (ExitCode.BadFile, ["publish", repository, publisher.At("missing.onnx")]),
            (ExitCode.BadFile, ["publish", publisher.At("nowhere"), model]),
            (ExitCode.BadArgument, ["rollout", repository, "1.0.0", "--percent", "20"]),
            (ExitCode.BadArgument, ["rollout", repository, "9.0.0", "--percent", "60"]),
            (ExitCode.BadArgument, ["withdraw", repository, "9.0.0"]),
            (ExitCode.BadArgument, ["delegate", repository, "targets", "--role-key", publisher.At("stranger.pub.json")]),
            (ExitCode.BadArgument, ["delegate", repository, "ghent", "--role-key", publisher.At("stranger.pub.json"), "--role-threshold", "2"]),
            (ExitCode.BadArgument, ["rotate-root", repository, "--role", "root", "--threshold", "2"]),
            (ExitCode.BadArgument, ["rotate-root", repository, "--role", "root", "--remove", "00"]),
            (ExitCode.BadArgument, ["rotate-root", repository, "--role", "root", "--add", publisher.At("root.pub.json")]),
            (ExitCode.BadArgument, ["refresh", repository, "--role", "root"]),
            (ExitCode.BadArgument, ["sign", repository]),
            (ExitCode.BadFile, ["init", repository, .. InitKeys("root")]),
            (ExitCode.BadArgument, ["init", publisher.At("new"), .. InitKeys("root"), "--root-threshold", "2"]),
            (ExitCode.BadArgument, ["init", publisher.At("new"), .. InitKeys("root"), "--root-days", "0"]),
            (ExitCode.BadFile, ["init", publisher.At("new"), .. InitKeys("missing")]),
            (ExitCode.BadArgument, ["keygen", "--out", publisher.At("new.pem"), "--scheme", "dsa", "--passphrase-file", publisher.At("passphrase")]),
            (ExitCode.BadArgument, ["keygen", "--out", publisher.At("new.pem"), "--passphrase-env", "LEAFSEG_NO_SUCH_VARIABLE"]),
            (ExitCode.BadFile, ["keygen", "--out", publisher.At("root.pem"), "--passphrase-file", publisher.At("passphrase")]),
        ];
        foreach ((int expected, string[] arguments) in mistakes)
        {
            Assert.True(expected == await ReleasePublisher.RunAsync(arguments), string.Join(' ', arguments));
        }

        // A file that no metadata names may have come; metadata has not.
        Assert.Equal(before.Where(IsMetadata), publisher.Contents().Where(IsMetadata));
        Assert.False(Path.Exists(publisher.At("new")) || File.Exists(publisher.At("new.pem")));

        static bool IsMetadata(KeyValuePair<string, string> file) => file.Key.EndsWith(".json", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rig ghent --out x")]
    [InlineData("--rig ghent/R17 --out x")]
    [InlineData("--rig ghent/r17 --all --out x")]
    [InlineData("--out x")]
    [InlineData("--rig ghent/r17")]
    [InlineData("--rig ghent/r17 --broker nowhere")]
    [InlineData("--rig ghent/r17 --broker 127.0.0.1:1")]
    public async Task What_is_mistaken_in_a_request_is_refused(string arguments)
    {
        await publisher.InitAsync();
        await publisher.ChangeAsync("publish", publisher.Model("1.0.0"));
        Assert.NotEqual(0, await ReleasePublisher.RunAsync(["request", publisher.Repository, "1.0.0", .. arguments.Split(' ')]));
        Assert.False(File.Exists("x"));
    }

    [Fact]
    public async Task A_model_for_another_contract_is_refused()
    {
        await publisher.InitAsync();
        string model = publisher.Model("1.0.0");
        byte[] bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        ReadOnlySpan<byte> key = "leafseg.contract"u8;
        int at = bytes.AsSpan().IndexOf(key) + key.Length + 2;
        bytes[at] = (byte)'7';
        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.BadFile, await publisher.ChangeAsync("publish", model));
        Assert.Empty(new Rig(publisher.Metadata).Targets());
    }

    [Fact]
    public async Task With_an_expired_root_nothing_is_published_until_the_next_one()
    {
        await publisher.InitAsync();
        using ReleaseFolder folder = ReleaseFolder.Open(publisher.Repository);
        Staging later = new(folder, new LaterClock(TimeSpan.FromDays(400)));

        ReleaseException refused = Assert.Throws<ReleaseException>(() => new Renewal(folder, later, new LaterClock(TimeSpan.FromDays(400))).Renew(["timestamp"], 3));
        Assert.Equal(ExitCode.BadFile, refused.ExitCode);
        Assert.Contains("rotate-root", refused.Message, StringComparison.Ordinal);
        Assert.Empty(folder.StagedRoles());

        new RootChanges(folder, later).Rotate(null, [], [], null);
        Assert.Equal(["timestamp"], new Renewal(folder, later, new LaterClock(TimeSpan.FromDays(400))).Renew(["timestamp"], 3));
    }

    [Fact]
    public void A_repository_has_one_command_at_a_time()
    {
        using ReleaseFolder first = ReleaseFolder.Create(publisher.Repository, new Dictionary<string, int> { [RoleName.Targets] = 1 });
        Assert.Equal(ExitCode.BadFile, Assert.Throws<ReleaseException>(() => ReleaseFolder.Open(publisher.Repository)).ExitCode);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa-pss")]
    public void A_key_file_opens_with_its_passphrase_alone_and_only_for_its_owner(string scheme)
    {
        string path = publisher.At($"new/{scheme}.pem");
        PublicKey key = KeyFile.Create(path, scheme, "a passphrase", iterations: 1000);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        using (SigningKey read = KeyFile.Read(path, "a passphrase"))
        {
            Assert.Equal(key.Id, read.Public.Id);
            Assert.True(key.Verifies("message"u8, read.Sign("message"u8.ToArray())));
        }

        Assert.Equal(ExitCode.BadArgument, Assert.Throws<ReleaseException>(() => KeyFile.Read(path, "a passphrasf")).ExitCode);
        Assert.Throws<ReleaseException>(() => KeyFile.Create(path, scheme, "a passphrase", iterations: 1000));
    }

    public static TheoryData<string> Vectors => [.. Fixtures.All("peers/tuf/vectors.json")];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Public_keys_that_are_written_have_the_ids_of_the_reference_implementation(string file)
    {
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllText(file));
        int seen = 0;
        foreach (JsonElement vector in vectors.RootElement.GetProperty("signatures").EnumerateArray().Where(vector => vector.GetProperty("valid").GetBoolean()))
        {
            JsonElement listed = vector.GetProperty("key");
            PublicKey key = PublicKey.Of(
                listed.GetProperty("keytype").GetString()!, listed.GetProperty("scheme").GetString()!, listed.GetProperty("keyval").GetProperty("public").GetString()!);
            PublicKeyFile.Write(publisher.At("vector.pub.json"), key);
            PublicKey read = PublicKeyFile.Read(publisher.At("vector.pub.json"));
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(CanonicalJson.Encode(listed))), read.Id);
            Assert.True(read.Verifies(System.Text.Encoding.UTF8.GetBytes(vector.GetProperty("message").GetString()!), vector.GetProperty("sig").GetString()!));
            seen++;
        }

        Assert.True(seen > 0);
    }

    private string[] InitKeys(string root) => [
        "--root-key", publisher.At($"{root}.pub.json"), "--targets-key", publisher.At("targets.pub.json"),
        "--snapshot-key", publisher.At("online.pub.json"), "--timestamp-key", publisher.At("online.pub.json")];

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
