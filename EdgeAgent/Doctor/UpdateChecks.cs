using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Updates.Requests;

namespace LeafSeg.EdgeAgent.Doctor;

/// <summary>What the doctor reports on the model in use and of how it came.</summary>
internal static class UpdateChecks
{
    private const int ShownEnds = 3;

    public static RigCheck Model(LeafModel model) => RigChecks.Check(
        "model", true, $"{model.Metadata.Name} {model.Metadata.Version}, {model.Digest}, on {model.Provider}{(model.FileNote is { } note ? $" ({note})" : "")}", "a model that keeps the contract and sees its golden cases here", "");

    /// <summary>Always well: a model that was refused is the request's trouble, and the rig measures.</summary>
    public static RigCheck Updates(UpdateState state) => RigChecks.Check(
        "update",
        true,
        state.Request is null && state.History.Count == 0
            ? "no other model was asked for"
            : string.Join("; ", Parts(state).OfType<string>()),
        "a request that is at its end, or on its way",
        "");

    private static IEnumerable<string?> Parts(UpdateState state) => [Newest(state), Trial(state.Trial), .. state.History.Reverse().Take(ShownEnds).Select(End)];

    private static string? Newest(UpdateState state)
    {
        if (state.Request is not { } wanted)
        {
            return null;
        }

        string probation = state.Probation is { } left ? string.Create(CultureInfo.InvariantCulture, $", on probation for {left.CapturesLeft} captures") : "";
        return $"request {wanted.RequestId} for {wanted.Version}: {Word(state.State)}{probation}{(state.Reason is null ? "" : $" ({state.Reason})")}";
    }

    private static string? Trial(TrialFigures? trial) => trial is null ? null : string.Create(CultureInfo.InvariantCulture,
        $"trial: {trial.Captures} of {trial.Of} pictures, {trial.AbsoluteLeafCountDifference} leaves and {trial.AbsoluteAreaDifferencePercent} % of area different, {trial.Slowdown} times the time");

    private static string End(UpdateEnd end) => string.Create(CultureInfo.InvariantCulture, $"{end.Time:yyyy-MM-dd HH:mm} {end.Version} {Word(end.State)}");

    private static string Word(ModelState state) => state == ModelState.RolledBack ? "rolled back" : state.ToString().ToLowerInvariant();
}
