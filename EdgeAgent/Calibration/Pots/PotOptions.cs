using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Pots;

/// <summary>A pot as a rectangle of the picture, in pixels.</summary>
internal sealed record PotOptions
{
    /// <summary>Name of the plant in it.</summary>
    public string Plant { get; init; } = "";

    public int X { get; init; }

    public int Y { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public Pot ToPot() => new(Plant, new PixelBox(X, Y, X + Width, Y + Height));

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!Topics.IsName(Plant))
            yield return new SettingProblem($"{name}.plant", Plant, SettingProblem.TopicName);
        if (X is not (>= 0 and < PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.x", X, PotsOptions.Inside);
        if (Y is not (>= 0 and < PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.y", Y, PotsOptions.Inside);
        if (Width is not (> 0 and <= PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.width", Width, PotsOptions.Size);
        if (Height is not (> 0 and <= PotsOptions.LargestPicture))
            yield return new SettingProblem($"{name}.height", Height, PotsOptions.Size);
    }
}
