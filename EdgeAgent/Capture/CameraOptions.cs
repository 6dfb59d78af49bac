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

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!Topics.IsName(Name))
            yield return new SettingProblem($"{name}.name", Name, SettingProblem.TopicName);
        if (Device is null && Folder is null)
            yield return new SettingProblem(name, "no source of pictures", $"{name}.device or {name}.folder (--frames)");
        if (Device is not null && Folder is not null)
            yield return new SettingProblem(name, "two sources of pictures", $"{name}.device or {name}.folder, not both");
        foreach (SettingProblem problem in Device?.Problems($"{name}.device") ?? [])
            yield return problem;
        foreach (SettingProblem problem in Folder?.Problems($"{name}.folder") ?? [])
            yield return problem;
    }
}
