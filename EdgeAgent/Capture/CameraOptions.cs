using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Configuration;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Where pictures come from: a device or a folder, one of the two.</summary>
internal sealed record CameraOptions
{
    /// <summary>The camera's name in messages.</summary>
    public string Name { get; init; } = "top";

    public CameraDeviceOptions? Device { get; init; }

    public PictureFolderOptions? Folder { get; init; }

    /// <summary>Wait before a camera that is away is opened again; doubled with each further attempt.</summary>
    public double RetryFirstSeconds { get; init; } = 1;

    public double RetryLongestSeconds { get; init; } = 60;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!Topics.IsName(Name))
            yield return new SettingProblem($"{name}.name", Name, SettingProblem.TopicName);
        if (Device is null && Folder is null)
            yield return new SettingProblem(name, "no source of pictures", $"{name}.device or {name}.folder (--frames)");
        if (Device is not null && Folder is not null)
            yield return new SettingProblem(name, "two sources of pictures", $"{name}.device or {name}.folder, not both");
        if (RetryFirstSeconds is not (>= 0.1 and <= 3600))
            yield return new SettingProblem($"{name}.retryFirstSeconds", RetryFirstSeconds, "0.1 to 3600 seconds");
        if (RetryLongestSeconds < RetryFirstSeconds || RetryLongestSeconds > 3600)
            yield return new SettingProblem($"{name}.retryLongestSeconds", RetryLongestSeconds, $"{name}.retryFirstSeconds to 3600 seconds");
        foreach (SettingProblem problem in Device?.Problems($"{name}.device") ?? [])
            yield return problem;
        foreach (SettingProblem problem in Folder?.Problems($"{name}.folder") ?? [])
            yield return problem;
    }
}
