using System.Reflection;

namespace LeafSeg.Common.Messages;

/// <summary>The JSON Schemas (2020-12) of the messages; the same files lie in <c>schemas/</c> beside the program.</summary>
public static class MessageSchemas
{
    private const string Ending = ".schema.json";

    /// <summary>"leafseg.capture-1", "leafseg.plant-1", ...</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => name[..^Ending.Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>The schema's text.</summary>
    /// <exception cref="ArgumentException">There is no schema of this name.</exception>
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + Ending)
            ?? throw new ArgumentException($"There is no schema \"{name}\"; there are {string.Join(", ", Names)}.", nameof(name));
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
