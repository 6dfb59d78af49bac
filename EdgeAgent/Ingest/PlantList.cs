using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using nietras.SeparatedValues;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>What the plants are: a table with a header, separated by comma, semicolon or tab.</summary>
/// <param name="Columns">Those of <see cref="Described"/> that the table has; the others say nothing.</param>
/// <param name="Plants">A row each, every key once.</param>
internal sealed record PlantList(IReadOnlyList<string> Columns, IReadOnlyList<ListedPlant> Plants)
{
    /// <summary>Columns that describe a plant; the others say which one it is.</summary>
    public static IReadOnlyList<string> Described { get; } = ["genotype", "treatment", "replicate", "sown"];

    private static readonly string[] Known = ["site", "rig", "plant", "series", .. Described];

    /// <param name="file">The table.</param>
    /// <param name="site">Of every plant, where the table has no such column; null: the table has one.</param>
    /// <param name="rig">The same.</param>
    /// <exception cref="AgentException">It cannot be read; every line that is wrong is named.</exception>
    public static PlantList Read(string file, string? site, string? rig)
    {
        try
        {
            using SepReader reader = Sep.Reader(options => options with { Unescape = true, CultureInfo = CultureInfo.InvariantCulture }).FromFile(file);
            return Read(file, reader, site, rig);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            throw Wrong(file, e.Message, "a table with a header and one line for each plant", e);
        }
    }

    private static PlantList Read(string file, SepReader reader, string? site, string? rig)
    {
        Dictionary<string, int> columns = [];
        foreach ((string name, int index) in reader.Header.ColNames.Select((name, index) => (name.Trim().TrimStart('\uFEFF').ToLowerInvariant(), index)))
        {
            if (!Known.Contains(name) || !columns.TryAdd(name, index))
            {
                throw Wrong(file, $"the column \"{name}\"{(columns.ContainsKey(name) ? " twice" : "")}", $"some of {string.Join(", ", Known)}; rename it or take it out");
            }
        }

        string[] needed = [.. new[] { ("site", site), ("rig", rig), ("plant", null) }.Where(one => one.Item2 is null && !columns.ContainsKey(one.Item1)).Select(one => one.Item1)];
        if (needed.Length > 0)
        {
            throw Wrong(file, $"no column {string.Join(" and ", needed)}", "site, rig and plant (where all plants are of one site or rig: --site, --rig)");
        }

        List<string> faults = [];
        Dictionary<(RigName, string, int), ListedPlant> plants = [];
        foreach (SepReader.Row row in reader)
        {
            Dictionary<string, string> cells = [];
            foreach ((string name, int index) in columns)
            {
                cells[name] = row[index].ToString().Trim();
            }

            if (cells.Values.All(cell => cell.Length == 0))
            {
                continue;
            }

            try
            {
                ListedPlant plant = Plant(cells, site, rig);
                if (!plants.TryAdd((plant.Rig, plant.Plant, plant.Series), plant))
                {
                    faults.Add($"line {row.LineNumberFrom}: plant {plant.Plant} of {plant.Rig.Site}/{plant.Rig.Rig} again");
                }
            }
            catch (FormatException e)
            {
                faults.Add($"line {row.LineNumberFrom}: {e.Message}");
            }
        }

        if (faults.Count > 0)
        {
            throw Wrong(file, $"{faults.Count} wrong lines\n  {string.Join("\n  ", faults.Take(20))}\n", "nothing was changed; mend them");
        }

        return plants.Count > 0 ? new PlantList([.. Described.Where(columns.ContainsKey)], [.. plants.Values]) : throw Wrong(file, "no plants", "one line for each plant below the header");
    }

    private static ListedPlant Plant(Dictionary<string, string> cells, string? site, string? rig)
    {
        string? Text(string name) => cells.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;
        string Name(string column, string? given) => (Text(column) ?? given) is { } name && Topics.IsName(name)
            ? name
            : throw new FormatException($"found the {column} \"{Text(column)}\", expected {SettingProblem.TopicName}, as in the rig's topics");
        return new ListedPlant(
            new RigName(Name("site", site), Name("rig", rig)),
            Name("plant", null),
            Text("series") is not { } series ? 1
                : int.TryParse(series, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
                : throw new FormatException($"found the series \"{series}\", expected 1 for the first plant in its place, 2 for the second"),
            Text("genotype"),
            Text("treatment"),
            Text("replicate"),
            Text("sown") is not { } sown ? null
                : DateOnly.TryParseExact(sown, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day
                : throw new FormatException($"found the day \"{sown}\" in sown, expected year-month-day, as in 2026-03-28"));
    }

    private static AgentException Wrong(string file, string found, string expected, Exception? cause = null) => new(ExitCode.Setting, $"{file}: found {found}; expected {expected}", cause);
}

/// <summary>A plant of the list; null: not known.</summary>
internal sealed record ListedPlant(RigName Rig, string Plant, int Series, string? Genotype, string? Treatment, string? Replicate, DateOnly? Sown);
