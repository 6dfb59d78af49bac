namespace LeafSeg.ModelTraining.Weights;

/// <summary>Names out of a foreign file, made fit for a terminal: no control characters, not endless.</summary>
internal static class Printable
{
    private const int Longest = 100;

    public static string Text(string text)
    {
        string shortened = text.Length > Longest ? $"{text[..Longest]}..." : text;
        return string.Concat(shortened.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
