using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Updates.Requests;

/// <summary>Takes requests as they arrive: repeated, late, out of order, broken.</summary>
internal sealed class UpdateRequestHandler(UpdateJournal journal, TimeProvider time)
{
    private const int LongestText = 512;
    private const string KnownOtherwise = "its id is known with other contents; give each request an id of its own";

    /// <summary>Whether a message changes what is wanted: a broker sends what it retains at each connection.</summary>
    public bool IsNews(ReadOnlySpan<byte> payload) => payload.IsEmpty || (Read(payload, out _) is { } wanted && !IsRepeated(wanted) && Staleness(wanted) is null);

    /// <returns>Why the message is not followed; null where it is, and where it repeats a request: a broker hands over what it retains at each start.</returns>
    /// <exception cref="IOException">The disk refuses; the message is as if it had not come.</exception>
    public string? Take(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return TakeBack();
        }

        if (Read(payload, out string? wrong) is not { } wanted)
        {
            if (!journal.State.IsOpen)
            {
                journal.Answer(journal.State with { Request = null, Digest = null, Trial = null, State = ModelState.Refused, Reason = wrong });
            }

            return wrong;
        }

        if (IsRepeated(wanted))
        {
            journal.Show(state => state);
            return null;
        }

        if (Staleness(wanted) is { } stale)
        {
            return stale;
        }

        End(ModelState.Superseded, $"the request {wanted.RequestId} came");
        journal.Change(state => new UpdateState
        {
            Request = wanted,
            State = ModelState.Accepted,
            Probation = state.Probation,
            History = state.History,
        });
        return null;
    }

    /// <summary>Whoever repeats a request wants to know how far it is.</summary>
    private bool IsRepeated(DesiredModel wanted) => wanted == journal.State.Request
        || journal.State.History.Any(end => (end.RequestId, end.Target, end.Version) == (wanted.RequestId, wanted.Target, wanted.Version));

    /// <summary>Why a request says nothing new; null where it does.</summary>
    private string? Staleness(DesiredModel wanted)
    {
        UpdateState now = journal.State;
        if (wanted.RequestId == now.Request?.RequestId || now.History.Any(end => end.RequestId == wanted.RequestId))
        {
            return KnownOtherwise;
        }

        return wanted.Time < now.Request?.Time
            ? $"it is of {wanted.Time:O}, and the request {now.Request.RequestId} is of {now.Request.Time:O}"
            : null;
    }

    private string? TakeBack()
    {
        End(ModelState.Superseded, "model/desired was cleared");
        return null;
    }

    private void End(ModelState how, string reason) =>
        journal.Change(state => state.IsOpen ? state.Ended(how, reason, time.GetUtcNow()) : state);

    private static DesiredModel? Read(ReadOnlySpan<byte> payload, out string? wrong)
    {
        try
        {
            DesiredModel wanted = MessageJson.ReadDesiredModel(payload);
            bool fits = new[] { wanted.RequestId, wanted.Target, wanted.Version }.All(text => text.Length is > 0 and <= LongestText);
            wrong = fits ? null : $"found an empty text or one of more than {LongestText} characters; expected a request_id, a target and a version";
            return fits ? wanted : null;
        }
        catch (JsonException e)
        {
            wrong = $"found something else than {DesiredModel.SchemaName}: {JsonFault.InWords(e)}";
            return null;
        }
    }
}
