using System.Globalization;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>The error of an option's value out of its range.</summary>
internal static class OptionCheck
{
    /// <param name="holds">Whether the value can be used.</param>
    /// <param name="option">As it is typed.</param>
    /// <param name="found">Its value.</param>
    /// <param name="expected">Values that can be used.</param>
    /// <exception cref="SettingsException">The value cannot be used.</exception>
    public static void Require(bool holds, string option, object? found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"{option} is {found}, expected {expected}."));
        }
    }

    /// <param name="threshold">Null: the option is not given.</param>
    /// <exception cref="SettingsException">Not between 0 and 1.</exception>
    public static void RequireScoreThreshold(float? threshold) =>
        Require(threshold is null or (> 0 and < 1), "--score-threshold", threshold, "a probability between 0 and 1");
}
