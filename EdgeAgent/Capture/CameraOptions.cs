using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.EdgeAgent.Calibration.Pots;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Capture.Genicam;
using LeafSeg.EdgeAgent.Capture.Network;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Where pictures come from: a device, an industrial camera, the network or a folder, one of the four.</summary>
internal sealed record CameraOptions
{
    /// <summary>The camera's name in messages.</summary>
    public string Name { get; init; } = "top";

    /// <summary>Name of the plant under this camera where it looks at one alone; null: that of the settings.</summary>
    public string? Plant { get; init; }

    /// <summary>Where the plants under this camera stand; null: for the first camera as the settings say, for others one plant.</summary>
    public PotsOptions? Pots { get; init; }

    /// <summary>How large a pixel of this camera is; null: as the settings say.</summary>
    public ScaleOptions? Scale { get; init; }

    public CameraDeviceOptions? Device { get; init; }

    public GenicamOptions? Genicam { get; init; }

    public CameraNetworkOptions? Network { get; init; }

    public PictureFolderOptions? Folder { get; init; }

    /// <summary>Wait before a disconnected camera is opened again; doubled with each further attempt.</summary>
    public double RetryFirstSeconds { get; init; } = 1;

    public double RetryLongestSeconds { get; init; } = 60;

    /// <summary>Further attempts to read from a camera that is open and gave a bad picture, before it is opened again.</summary>
    public int ReadAgain { get; init; } = 1;

    /// <summary>So many times the very same picture in a row is a frozen camera.</summary>
    public int FrozenAfter { get; init; } = 3;

    /// <summary>How often a frozen camera is opened again before the program exits.</summary>
    public int FrozenReopens { get; init; } = 2;

    /// <summary>After so long without a picture the program exits, to be restarted by its supervisor; null: never.</summary>
    public double? ExitAfterSeconds { get; init; } = 900;

    /// <summary>Lines between the rig and this camera; null: there are none.</summary>
    public CameraWiresOptions? Wires { get; init; }

    /// <summary>How long a read may take; 0 for a folder.</summary>
    public double LongestReadSeconds() => Genicam?.DeadlineSeconds ?? Network?.DeadlineSeconds ?? Device?.DeadlineSeconds ?? 0;

    /// <summary>Every plant that this camera measures.</summary>
    public IEnumerable<string> PlantNames() => Pots is { Any: true } ? Pots.PlantNames() : Plant is null ? [] : [Plant];

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!Topics.IsName(Name))
        {
            yield return new SettingProblem($"{name}.name", Name, SettingProblem.TopicName);
        }

        if (Plant is not null && !Topics.IsName(Plant))
        {
            yield return new SettingProblem($"{name}.plant", Plant, $"{SettingProblem.TopicName}, or null");
        }

        object?[] sources = [Device, Genicam, Network, Folder];
        if (sources.All(source => source is null))
        {
            yield return new SettingProblem(name, "no source of pictures", $"{name}.device, {name}.genicam, {name}.network or {name}.folder (--frames)");
        }

        if (sources.Count(source => source is not null) > 1)
        {
            yield return new SettingProblem(name, "two sources of pictures", $"one of {name}.device, {name}.genicam, {name}.network and {name}.folder");
        }

        if (RetryFirstSeconds is not (>= 0.1 and <= 3600))
        {
            yield return new SettingProblem($"{name}.retryFirstSeconds", RetryFirstSeconds, "0.1 to 3600 seconds");
        }

        if (RetryLongestSeconds < RetryFirstSeconds || RetryLongestSeconds > 3600)
        {
            yield return new SettingProblem($"{name}.retryLongestSeconds", RetryLongestSeconds, $"{name}.retryFirstSeconds to 3600 seconds");
        }

        if (ReadAgain is not (>= 0 and <= 10))
        {
            yield return new SettingProblem($"{name}.readAgain", ReadAgain, "0 to 10 attempts");
        }

        if (FrozenAfter is not (>= 2 and <= 1000))
        {
            yield return new SettingProblem($"{name}.frozenAfter", FrozenAfter, "2 to 1000 pictures");
        }

        if (FrozenReopens is not (>= 0 and <= 1000))
        {
            yield return new SettingProblem($"{name}.frozenReopens", FrozenReopens, "0 to 1000 times");
        }

        if (ExitAfterSeconds is not (null or (>= 1 and <= 604_800)))
        {
            yield return new SettingProblem($"{name}.exitAfterSeconds", ExitAfterSeconds, "1 to 604800 seconds, or null");
        }

        foreach (SettingProblem problem in Pots?.Problems($"{name}.pots") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Scale?.Problems($"{name}.scale") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Wires?.Problems($"{name}.wires") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Device?.Problems($"{name}.device") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Genicam?.Problems($"{name}.genicam") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Network?.Problems($"{name}.network") ?? [])
        {
            yield return problem;
        }

        foreach (SettingProblem problem in Folder?.Problems($"{name}.folder") ?? [])
        {
            yield return problem;
        }
    }
}
