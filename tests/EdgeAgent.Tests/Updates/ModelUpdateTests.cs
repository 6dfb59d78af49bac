using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;
using LeafSeg.EdgeAgent.Updates;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Trial;

namespace LeafSeg.EdgeAgent.Tests.Updates;

public sealed class ModelUpdateTests : IDisposable
{
    /// <summary>The log event of an update that waits for the disk.</summary>
    private const int DiskRefuses = 812;

    private static readonly byte[] Good = ProofFile.Bytes("0.2.0");
    private readonly UpdatedRig rig = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task A_good_model_walks_through_every_state_and_measures()
    {
        string old = rig.Models.Current.Digest;
        string digest = rig.Publisher.Publish("0.2.0", Good);
        Assert.Null(rig.Want("one", "0.2.0"));
        await rig.FollowAsync(Now);

        Assert.Equal(
            ["one Accepted", "one Downloading", "one Verifying", "one Proving", "one Trial", "one Active"],
            rig.Reported.Where(text => text.Count(c => c == ' ') == 1).Distinct());
        Assert.Contains("one Downloading 100", rig.Reported);
        Assert.Equal(2, rig.State.Trial!.Captures);
        Assert.Equal((0, 0), (rig.State.Trial.LeafCountDifference, rig.State.Trial.AbsoluteAreaDifferencePercent));
        Assert.Equal((digest, digest, old), (rig.Models.Current.Digest, rig.Store.Active, rig.Store.LastGood));
        Assert.True(rig.Store.Has(old));

        Assert.NotNull(rig.State.Probation);
        StandProbation();

        rig.Start();
        Assert.Equal(digest, rig.Models.Current.Digest);
    }

    [Fact]
    public async Task What_is_in_use_already_is_answered_at_once_without_asking_anybody()
    {
        await SwitchAsync();
        rig.IsOffline = true;
        rig.Want("again", "0.2.0");
        await rig.FollowAsync(Now);
        Assert.Equal((ModelState.Active, "it is in use already"), (rig.State.State, rig.State.Reason));
    }

    [Fact]
    public async Task A_portal_in_the_repositorys_place_is_waited_out()
    {
        rig.Publisher.Publish("0.2.0", Good);
        rig.IsBehindAPortal = true;
        rig.Want("one", "0.2.0");
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Accepted, rig.State.State);
        Assert.Contains("found a web page", rig.State.Reason, StringComparison.Ordinal);

        rig.IsBehindAPortal = false;
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Active, rig.State.State);
    }

    /// <summary>A message comes on the connection's own thread, which has to read on.</summary>
    [Fact]
    public async Task Nothing_of_an_update_runs_on_the_thread_that_brings_the_request()
    {
        rig.Publisher.Publish("0.2.0", Good);
        using UpdateLoop loop = rig.Loop();
        await loop.StartAsync(Now);
        await Task.Delay(50, Now);
        int connection = 0;
        Thread thread = new(() =>
        {
            connection = Environment.CurrentManagedThreadId;
            loop.Desired(rig.Message("one", "0.2.0"));
        });
        thread.Start();
        thread.Join();
        while (rig.RepositoryThreads.Count == 0)
        {
            await Task.Delay(5, Now);
        }

        Assert.DoesNotContain(connection, rig.RepositoryThreads);
        await loop.StopAsync(Now);
    }

    /// <summary>What is wrong with a release, and what is said of it.</summary>
    [Theory]
    [InlineData("another version", "found version 0.2.1")]
    [InlineData("future contract", "contract \"9\"")]
    [InlineData("another rig", "kew/*")]
    [InlineData("not listed", "NoSuchTarget")]
    [InlineData("too large", "updates.proof.maxFileMegabytes")]
    [InlineData("no room", "updates.storeMegabytes")]
    [InlineData("no repository", "updates.metadataUrl")]
    public async Task A_release_that_is_not_for_this_rig_is_refused_and_nothing_else_happens(string what, string said)
    {
        string old = rig.Models.Current.Digest;
        if (what != "not listed")
        {
            rig.Publisher.Publish("0.2.0", Good, rigs: what == "another rig" ? "kew/*" : "ghent/*", contract: what == "future contract" ? "9" : "2");
        }

        if (what == "another version")
        {
            rig.Publisher.Draft.Signed["targets"]["targets"]!["tiny/0.2.0/model.onnx"]!["custom"]!["leafseg"]!["version"] = "0.2.1";
        }

        rig.Publisher.Draft.Publish("targets", "snapshot", "timestamp");
        rig.Settings = rig.Settings with
        {
            Updates = what switch
            {
                "too large" => rig.Settings.Updates with { Proof = new ProofOptions { MaxFileMegabytes = 0.0001 } },
                "no room" => rig.Settings.Updates with { StoreMegabytes = 0.0001 },
                "no repository" => rig.Settings.Updates with { MetadataUrl = null },
                _ => rig.Settings.Updates,
            },
        };
        rig.Want("one", "0.2.0");
        await rig.FollowAsync(Now);

        Assert.Equal(ModelState.Refused, rig.State.State);
        Assert.Contains(said, rig.State.Reason, StringComparison.Ordinal);
        Assert.Equal((old, null), (rig.Models.Current.Digest, rig.Store.Active));
    }

    [Fact]
    public async Task A_request_waits_for_the_clock_the_repository_and_its_turn_and_then_goes_on()
    {
        rig.Publisher.Publish("0.2.0", Good, percent: 0);
        rig.Want("one", "0.2.0");

        rig.ClockDoubt = "it is 1970";
        await rig.FollowAsync(Now);
        Assert.Equal((ModelState.Accepted, "waits: it is 1970"), (rig.State.State, rig.State.Reason));

        rig.ClockDoubt = null;
        rig.IsOffline = true;
        await rig.FollowAsync(Now);
        Assert.Equal((ModelState.Accepted, "waits: no way there"), (rig.State.State, rig.State.Reason));

        rig.IsOffline = false;
        await rig.FollowAsync(Now);
        Assert.Contains("0 % of the rigs", rig.State.Reason, StringComparison.Ordinal);
        Assert.Equal(ModelState.Accepted, rig.State.State);

        rig.Publisher.Publish("0.2.0", Good, percent: 100);
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Active, rig.State.State);
    }

    /// <summary>The broker sends a retained message once a connection: who loses it waits for the next.</summary>
    [Fact]
    public async Task A_request_that_the_disk_refuses_is_taken_when_there_is_room_again()
    {
        rig.Settings = rig.Settings with { Updates = rig.Settings.Updates with { Trial = rig.Settings.Updates.Trial with { Captures = 0 } } };
        rig.Publisher.Publish("0.2.0", Good);
        Directory.CreateDirectory(rig.JournalPart);
        LoggedEvents<UpdateLoop> log = new();
        using UpdateLoop loop = rig.Loop(log);
        await loop.StartAsync(Now);
        loop.Desired(rig.Message("one", "0.2.0"));
        await log.WhenAsync(DiskRefuses, Now);
        Assert.Null(rig.State.Request);

        Directory.Delete(rig.JournalPart);
        for (int i = 0; i < 1000 && rig.State.State != ModelState.Active; i++)
        {
            rig.Time.Advance(TimeSpan.FromMinutes(rig.Settings.Updates.RetryMinutes));
            await Task.Delay(10, Now);
        }

        await loop.StopAsync(Now);
        Assert.Equal(("one", ModelState.Active), (rig.State.Request?.RequestId, rig.State.State));
    }

    [Fact]
    public async Task A_model_that_fails_its_proof_is_not_tried_again_unless_asked()
    {
        int proofs = 0;
        rig.Prove = (_, _) =>
        {
            proofs++;
            throw new UnprovenException("it sees ghosts");
        };
        rig.Publisher.Publish("0.2.0", Good);
        rig.Want("one", "0.2.0");
        await rig.FollowAsync(Now);
        Assert.Equal((ModelState.Refused, "it sees ghosts"), (rig.State.State, rig.State.Reason));

        rig.Want("two", "0.2.0");
        await rig.FollowAsync(Now);
        Assert.Contains("it has failed on this rig before", rig.State.Reason, StringComparison.Ordinal);
        Assert.Equal(1, proofs);

        rig.Prove = (_, _) => Task.FromResult("proven");
        rig.Want("three", "0.2.0", retry: true);
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Active, rig.State.State);
    }

    [Fact]
    public async Task A_model_that_differs_too_much_on_the_rigs_own_plants_is_refused_with_its_figures()
    {
        string old = rig.Models.Current.Digest;
        rig.Publisher.Publish("0.3.0", ProofFile.Bytes("0.3.0", boxes: [8, 8, 16, 16, 44, 4, 60, 20, 0, 0, 4, 4]));
        rig.Want("one", "0.3.0");
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Refused, rig.State.State);
        Assert.Contains("updates.trial.maxAreaDifferencePercent", rig.State.Reason, StringComparison.Ordinal);
        Assert.True(rig.State.Trial!.AbsoluteAreaDifferencePercent > 25);
        Assert.Equal(old, rig.Models.Current.Digest);
    }

    [Fact]
    public async Task What_a_death_while_clearing_away_has_left_is_cleared_by_the_next_run()
    {
        string digest = rig.Publisher.Publish("0.2.0", Good);
        await File.WriteAllBytesAsync(rig.Store.PathOf(digest), Good, Now);
        string left = rig.Store.ClearIncoming(digest);
        Directory.CreateDirectory(Path.Combine(left, "tiny"));
        rig.Want("one", "0.2.0");
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Active, rig.State.State);
        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public async Task A_model_that_sees_the_same_but_takes_too_long_is_refused_with_its_figures()
    {
        string old = rig.Models.Current.Digest;
        rig.Settings = rig.Settings with { Updates = rig.Settings.Updates with { Trial = rig.Settings.Updates.Trial with { MaxSlowdown = 1e-9 } } };
        rig.Publisher.Publish("0.2.0", Good);
        rig.Want("one", "0.2.0");
        await rig.FollowAsync(Now);
        Assert.Equal(ModelState.Refused, rig.State.State);
        Assert.Contains("updates.trial.maxSlowdown", rig.State.Reason, StringComparison.Ordinal);
        Assert.Equal((0, old), (rig.State.Trial!.AbsoluteLeafCountDifference, rig.Models.Current.Digest));
    }

    [Fact]
    public async Task A_model_that_is_withdrawn_during_its_trial_does_not_take_over()
    {
        rig.Publisher.Publish("0.2.0", Good);
        rig.Want("one", "0.2.0");
        bool withdrawn = false;
        await rig.FollowAsync(Now, () =>
        {
            if (!withdrawn)
            {
                rig.Publisher.Withdraw("0.2.0");
            }

            withdrawn = true;
        });
        Assert.Equal(ModelState.Refused, rig.State.State);
        Assert.Contains("NoSuchTarget", rig.State.Reason, StringComparison.Ordinal);
        Assert.Null(rig.Store.Active);
    }

    [Fact]
    public async Task A_model_that_is_withdrawn_sends_the_rig_back_to_the_newest_one_that_is_listed_and_has_measured_here()
    {
        string own = rig.Models.Current.Digest;
        string first = await SwitchAsync("0.2.0");
        string second = await SwitchAsync("0.4.0");
        string third = await SwitchAsync("0.5.0");
        await rig.CheckAsync(Now);
        Assert.Equal(third, rig.Models.Current.Digest);

        // Also without a request, and with the one before withdrawn too.
        rig.Publisher.Withdraw("0.4.0");
        rig.Publisher.Withdraw("0.5.0");
        using (UpdateLoop loop = rig.Loop())
        {
            await loop.StartAsync(Now);
            for (int i = 0; i < 1000 && rig.Models.Current.Digest == third; i++)
            {
                await Task.Delay(10, Now);
            }

            await loop.StopAsync(Now);
        }

        Assert.Equal((first, first, first), (rig.Models.Current.Digest, rig.Store.Active, rig.Store.LastGood));
        Assert.Equal((ModelState.RolledBack, "version 0.5.0 was withdrawn", null), (rig.State.State, rig.State.Reason, rig.State.Probation));
        Assert.NotEqual(second, first);
        rig.Start();
        Assert.Equal(first, rig.Models.Current.Digest);

        // No release is left: the program's own.
        rig.Publisher.Withdraw("0.2.0");
        await rig.CheckAsync(Now);
        Assert.Equal((own, own), (rig.Models.Current.Digest, rig.Store.Active));
        await rig.CheckAsync(Now);
        Assert.Equal(own, rig.Models.Current.Digest);
    }

    [Fact]
    public async Task A_model_stays_that_is_withdrawn_to_be_kept_or_of_which_nothing_can_be_found_out()
    {
        string digest = await SwitchAsync();
        rig.IsOffline = true;
        await rig.CheckAsync(Now);
        rig.IsOffline = false;
        rig.Publisher.Withdraw("0.2.0", isKept: true);
        await rig.CheckAsync(Now);
        Assert.Equal((digest, ModelState.Active), (rig.Models.Current.Digest, rig.State.State));
    }

    /// <summary>A request for what is in use already ends as active too.</summary>
    [Fact]
    public async Task A_model_that_was_requested_twice_is_rolled_back_from_when_it_is_withdrawn()
    {
        string own = rig.Models.Current.Digest;
        await SwitchAsync("0.2.0");
        string second = await SwitchAsync("0.3.0");
        rig.Want("again", "0.3.0");
        await rig.FollowAsync(Now);
        Assert.Equal((ModelState.Active, second), (rig.State.State, rig.State.Digest));
        Assert.All(rig.State.History, end => Assert.NotNull(end.Digest));

        rig.Publisher.Withdraw("0.2.0");
        rig.Publisher.Withdraw("0.3.0");
        await rig.CheckAsync(Now);
        Assert.Equal((own, ModelState.RolledBack), (rig.Models.Current.Digest, rig.State.State));
    }

    [Fact]
    public async Task A_withdrawn_model_stops_measuring_also_where_the_disk_refuses_to_note_it()
    {
        string own = rig.Models.Current.Digest;
        await SwitchAsync();
        Directory.CreateDirectory(rig.JournalPart);
        rig.Publisher.Withdraw("0.2.0");
        await rig.CheckAsync(Now);
        Assert.Equal((own, own), (rig.Models.Current.Digest, rig.Store.Active));
        rig.Capture();
    }

    /// <summary>A rig at a broker that comes and goes gets the retained request at every connection.</summary>
    [Fact]
    public async Task A_request_that_comes_again_is_no_reason_to_ask_the_repository_for_withdrawals()
    {
        await SwitchAsync();
        rig.RepositoryThreads.Clear();
        byte[] request = rig.Message("one", "0.2.0", minute: 1);
        using UpdateLoop loop = rig.Loop();
        await loop.StartAsync(Now);
        while (rig.RepositoryThreads.Count == 0)
        {
            await Task.Delay(5, Now);
        }

        for (int i = 0; i < 20; i++)
        {
            loop.Desired(request);
            await Task.Delay(10, Now);
        }

        Assert.Single(rig.RepositoryThreads);
        for (int i = 0; i < 1000 && rig.RepositoryThreads.Count == 1; i++)
        {
            rig.Time.Advance(TimeSpan.FromHours(rig.Settings.Updates.WithdrawalCheckHours));
            await Task.Delay(10, Now);
        }

        Assert.NotEqual(1, rig.RepositoryThreads.Count);
        await loop.StopAsync(Now);
    }

    [Fact]
    public async Task A_capture_that_fails_on_probation_brings_the_last_good_model_back()
    {
        string old = rig.Models.Current.Digest;
        string digest = await SwitchAsync();
        rig.Models.NotifyFailed(digest, "the model's answer breaks the contract");
        Assert.Equal((old, old, ModelState.RolledBack), (rig.Models.Current.Digest, rig.Store.Active, rig.State.State));
        Assert.Equal(digest, Assert.Single(rig.Store.Failed).Digest);
        rig.Models.NotifyFailed(digest, "the picture is broken");
        Assert.Equal(old, rig.Models.Current.Digest);
    }

    [Fact]
    public async Task Where_the_disk_refuses_to_go_back_the_reopened_model_is_closed_and_the_one_in_use_measures_on()
    {
        string old = rig.Models.Current.Digest;
        string digest = await SwitchAsync();
        Directory.CreateDirectory(rig.FailedPart);
        rig.Models.NotifyFailed(digest, "the model's answer breaks the contract");
        LeafModel reopened = rig.Opened[^1];
        Assert.Equal((old, digest), (reopened.Digest, rig.Models.Current.Digest));
        Assert.Throws<ObjectDisposedException>(() => reopened.Find(new RgbImage(64, 64)));
        rig.Capture();

        // With room on the disk again the next failure brings it back.
        Directory.Delete(rig.FailedPart);
        rig.Models.NotifyFailed(digest, "the model's answer breaks the contract");
        Assert.Equal((old, old), (rig.Models.Current.Digest, rig.Store.Active));
        rig.Capture();
    }

    /// <summary>As on a processor without VNNI: the file that came with the program is refused, and the one in float32 beside it measures.</summary>
    [Fact]
    public async Task After_going_back_the_float32_file_measures_again_also_from_the_store()
    {
        string file = StartingModel.FileOf(rig.Settings.Model), twin = ProvenModel.TwinOf(file), refused = rig.Models.Current.Digest;
        Directory.CreateDirectory(Path.GetDirectoryName(twin)!);
        await File.WriteAllBytesAsync(twin, ProofFile.Bytes("0.1.1"), Now);
        StartingModel.Proofs(rig.Settings.StateFolder).Keep(refused, "it sees ghosts");
        rig.Start();
        string inFloat32 = rig.Models.Current.Digest;
        Assert.Equal(refused, rig.Models.Current.InPlaceOf);

        await SwitchAsync();
        rig.Start();
        Assert.Equal((inFloat32, refused, refused), (rig.Models.Current.Digest, rig.Models.Current.InPlaceOf, rig.Store.Active));
        Assert.StartsWith(Path.GetDirectoryName(rig.Store.PathOf(refused))!, rig.Models.Current.FileNote, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_model_before_was_still_measuring_does_not_count_on_probation()
    {
        string old = rig.Models.Current.Digest;
        Action tellLate = rig.Measure();
        string digest = await SwitchAsync();
        tellLate();
        rig.Models.NotifyFailed(old, "the picture is broken");
        for (int captures = rig.Settings.Updates.Trial.ProbationCaptures; captures > 0; captures--)
        {
            Assert.Equal(digest, rig.State.Probation?.Digest);
            rig.Capture();
        }

        Assert.Equal((digest, null), (rig.Models.Current.Digest, rig.State.Probation));
    }

    [Fact]
    public async Task An_agent_that_dies_on_probation_starts_with_the_last_good_model_and_says_so()
    {
        string old = rig.Models.Current.Digest;
        string digest = await SwitchAsync();
        rig.Start();
        Assert.Equal((old, old, ModelState.RolledBack), (rig.Models.Current.Digest, rig.Store.Active, rig.State.State));
        Assert.Equal(digest, Assert.Single(rig.Store.Failed).Digest);
        rig.Start();
        Assert.Equal((old, ModelState.RolledBack), (rig.Models.Current.Digest, rig.State.State));
    }

    [Fact]
    public async Task An_agent_that_is_stopped_in_order_goes_on_with_the_probation()
    {
        string digest = await SwitchAsync();
        rig.Capture();
        rig.Probation.Pause();
        int left = rig.State.Probation!.CapturesLeft;
        rig.Start();
        Assert.Equal(digest, rig.Models.Current.Digest);
        Assert.True(rig.State.Probation!.IsRunning);
        Assert.Equal(left, StandProbation());
    }

    [Fact]
    public void Who_dies_twice_over_a_trial_does_not_try_a_third_time()
    {
        string digest = $"sha256:{new string('b', 64)}";
        rig.Want("one", "0.2.0");
        for (int death = 1; death <= 2; death++)
        {
            rig.Journal.Change(state => state with { State = ModelState.Trial, Digest = digest, IsRunning = true });
            rig.Start();
            Assert.Equal(death == 1 ? ModelState.Accepted : ModelState.Refused, rig.State.State);
        }

        Assert.Equal(digest, Assert.Single(rig.Store.Failed).Digest);
    }

    [Fact]
    public async Task A_torn_model_is_passed_over_at_the_start()
    {
        string old = rig.Models.Current.Digest;
        string digest = await SwitchAsync();
        StandProbation();
        File.WriteAllText(rig.Store.PathOf(digest), "torn");
        rig.Start();
        Assert.Equal((old, old), (rig.Models.Current.Digest, rig.Store.Active));
    }

    [Fact]
    public async Task A_new_request_wins_over_one_that_is_under_way()
    {
        rig.Publisher.Publish("0.2.0", Good);
        string newer = rig.Publisher.Publish("0.4.0", ProofFile.Bytes("0.4.0"));
        rig.Want("one", "0.2.0");
        using CancellationTokenSource message = CancellationTokenSource.CreateLinkedTokenSource(Now);
        rig.Prove = async (_, token) =>
        {
            await message.CancelAsync();
            token.ThrowIfCancellationRequested();
            return "";
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.FollowAsync(message.Token));
        rig.Want("two", "0.4.0");
        Assert.Contains("one Superseded", rig.Reported);

        rig.Prove = (_, _) => Task.FromResult("proven");
        await rig.FollowAsync(Now);
        Assert.Equal((newer, "two", ModelState.Active), (rig.Models.Current.Digest, rig.State.Request!.RequestId, rig.State.State));
    }

    [Fact]
    public void Repeated_late_and_broken_requests_change_nothing()
    {
        Assert.Null(rig.Want("one", "0.2.0", minute: 10));
        Assert.Null(rig.Want("one", "0.2.0", minute: 10));
        Assert.Contains("its id is known", rig.Want("one", "0.4.0", minute: 11), StringComparison.Ordinal);
        Assert.Contains("the request one is of", rig.Want("zero", "0.1.0", minute: 9), StringComparison.Ordinal);
        foreach (string broken in new[] { "{", "null", "[]", "{}", """{"schema":"leafseg.model-desired/2","request_id":"x","time":"2027-01-01T00:00:00Z","target":"t","version":"1"}""" })
        {
            Assert.Contains("found", rig.Requests.Take(System.Text.Encoding.UTF8.GetBytes(broken)), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(("one", ModelState.Accepted), (rig.State.Request!.RequestId, rig.State.State));

        Assert.Null(rig.Requests.Take([]));
        Assert.Equal(ModelState.Superseded, rig.State.State);
        Assert.Null(rig.Want("one", "0.2.0", minute: 10));
        rig.Want("two", "0.2.0", minute: 12);
        Assert.Null(rig.Want("one", "0.2.0", minute: 10));
        Assert.Equal("two", rig.State.Request!.RequestId);
    }

    [Fact]
    public void Whatever_comes_as_a_request_is_answered_or_ignored_and_written_into_the_store_alone()
    {
        string[] before = rig.Files();
        byte[] whole = MessageJson.Write(new DesiredModel { RequestId = "one", Time = DateTimeOffset.UnixEpoch, Target = "t", Version = "1" });
        Random random = new(1);
        for (int i = HostileInputs.Count(usually: 2000); i > 0; i--)
        {
            byte[] message = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            rig.Requests.Take(message.AsSpan(0, random.Next(2) == 0 ? message.Length : random.Next(1, message.Length)));
        }

        Assert.Equal(["models/request.json"], rig.Files().Except(before));
    }

    /// <returns>How many captures that took.</returns>
    private int StandProbation()
    {
        int captures = 0;
        for (; rig.State.Probation is not null; captures++)
        {
            rig.Capture();
        }

        return captures;
    }

    private async Task<string> SwitchAsync(string version = "0.2.0")
    {
        string digest = rig.Publisher.Publish(version, ProofFile.Bytes(version));
        rig.Want(version == "0.2.0" ? "one" : version, version);
        await rig.FollowAsync(Now);
        Assert.Equal((digest, ModelState.Active), (rig.Models.Current.Digest, rig.State.State));
        return digest;
    }
}
