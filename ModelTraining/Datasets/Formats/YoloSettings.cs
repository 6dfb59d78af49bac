using System.Globalization;
using LeafSeg.Common.Imaging;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>The names of the classes in Ultralytics' <c>data.yaml</c>, or in <c>classes.txt</c>.</summary>
internal static class YoloSettings
{
    private const string Name = "data";

    /// <param name="folder">Of the labels; the file is looked for there and in the three folders above.</param>
    /// <returns>Empty where there is no such file.</returns>
    /// <exception cref="DatasetException">The file is no YAML.</exception>
    public static IReadOnlyDictionary<int, string> ClassNames(string folder)
    {
        string? place = folder;
        for (int above = 0; above < 4 && place is not null; above++, place = Path.GetDirectoryName(place))
        {
            foreach (string file in Directory.EnumerateFiles(place, "*.y*ml").Where(file => !PictureNames.IsHidden(file)).Order(StringComparer.Ordinal))
            {
                if (NamesIn(file) is { Count: > 0 } names)
                {
                    return names;
                }
            }

            string classes = Path.Combine(place, "classes.txt");
            if (File.Exists(classes))
            {
                return File.ReadLines(classes).Select(line => line.Trim()).Where(line => line.Length > 0).Index().ToDictionary(line => line.Index, line => line.Item);
            }
        }

        return new Dictionary<int, string>();
    }

    private static Dictionary<int, string>? NamesIn(string file)
    {
        try
        {
            using StreamReader text = File.OpenText(file);
            object? names = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>?>(text)?.GetValueOrDefault("names");
            return names switch
            {
                IList<object> list => list.Index().ToDictionary(entry => entry.Index, entry => $"{entry.Item}"),
                IDictionary<object, object> map => map.Where(entry => int.TryParse($"{entry.Key}", NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    .ToDictionary(entry => int.Parse($"{entry.Key}", CultureInfo.InvariantCulture), entry => $"{entry.Value}"),
                _ => null,
            };
        }
        catch (YamlException) when (!Path.GetFileNameWithoutExtension(file).Equals(Name, StringComparison.OrdinalIgnoreCase))
        {
            // Of another program.
            return null;
        }
        catch (YamlException e)
        {
            throw new DatasetException($"{file}: cannot be read as YAML: {e.Message} (line {e.Start.Line}); expected a data.yaml with the names of the classes");
        }
    }
}
