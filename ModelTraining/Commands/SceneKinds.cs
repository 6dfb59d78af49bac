using System.Globalization;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>The kinds of scene that synth renders by name: each is a share of <see cref="RosetteSettings"/>.</summary>
internal static class SceneKinds
{
    /// <summary>The renderer as it was before there were kinds: every share of a kind is nothing.</summary>
    public const string Classic = "classic";

    private static readonly (string Name, Func<RosetteSettings, float, RosetteSettings> With)[] Kinds =
    [
        ("few-leaves", (settings, share) => settings with { FewLeafShare = share }),
        ("bright", (settings, share) => settings with { BrightGroundShare = share }),
        ("wide", (settings, share) => settings with { WideFrameShare = share }),
        ("clutter", (settings, share) => settings with { ClutterShare = share }),
        ("empty", (settings, share) => settings with { EmptySceneShare = share }),
        ("grey", (settings, share) => settings with { GreyShare = share }),
        ("infrared", (settings, share) => settings with { InfraredShare = share }),
        ("fluorescence", (settings, share) => settings with { FluorescenceShare = share }),
        ("night", (settings, share) => settings with { NightShare = share }),
        ("blades", (settings, share) => settings with { BladeShare = share }),
        ("patterns", (settings, share) => settings with { PatternShare = share }),
        ("collage", (settings, share) => settings with { CollageShare = share }),
    ];

    public static IEnumerable<string> Names => Kinds.Select(kind => kind.Name);

    /// <summary>The settings with the kinds that a list such as <c>few-leaves,bright=.5</c> names, and none of the others.</summary>
    /// <param name="settings">What the list does not speak of.</param>
    /// <param name="list">Names with shares, of which 1 may be left out; <c>classic</c> names none.</param>
    /// <exception cref="SettingsException">A name is unknown or named twice, or a share is no number from 0 to 1.</exception>
    public static RosetteSettings Apply(RosetteSettings settings, string list)
    {
        settings = Kinds.Aggregate(settings, (none, kind) => kind.With(none, 0));
        HashSet<string> seen = [];
        foreach (string entry in list.Split(',', StringSplitOptions.TrimEntries).Where(entry => entry != Classic))
        {
            string[] parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            int index = Array.FindIndex(Kinds, kind => kind.Name == parts[0]);
            if (index < 0)
            {
                throw new SettingsException($"--kinds: '{parts[0]}' is not a kind, expected {Classic} or some of {string.Join(", ", Names)}.");
            }

            float share = 1;
            if (parts.Length > 1 && (!float.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share) || share is not (>= 0 and <= 1)))
            {
                throw new SettingsException($"--kinds: the share of {parts[0]} is '{parts[1]}', expected a number from 0 to 1.");
            }

            if (!seen.Add(parts[0]))
            {
                throw new SettingsException($"--kinds: {parts[0]} is named twice, expected once.");
            }

            settings = Kinds[index].With(settings, share);
        }

        return settings;
    }
}
