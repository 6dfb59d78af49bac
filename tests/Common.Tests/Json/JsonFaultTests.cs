using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using LeafSeg.Common.Json;

namespace LeafSeg.Common.Tests.Json;

public sealed partial class JsonFaultTests
{
    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"b\": x\n}", "line 3, column 8: 'x' is an invalid start of a value")]
    [InlineData("x", "line 1, column 1: 'x' is an invalid start of a value")]
    [InlineData("{", "line 1, column 2: ")]
    public void Lines_and_columns_count_from_1_as_in_an_editor(string text, string expected)
    {
        JsonException fault = Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
        string told = JsonFault.InWords(fault);
        Assert.StartsWith(expected, told, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_type_is_reported_with_its_place_and_path()
    {
        JsonException fault = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<string, int>>("{\n  \"a\": 1,\n  \"b\": \"two\"\n}"));
        Assert.StartsWith("line 3, column 13, $.b: The JSON value could not be converted", JsonFault.InWords(fault), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_exception_is_reported_in_its_own_words() => Assert.Equal("no room", JsonFault.InWords(new IOException("no room")));

    /// <summary>The library counts lines from 0: nothing that a person reads may come from it as it is.</summary>
    [Fact]
    public void Nowhere_is_a_fault_of_JSON_shown_with_the_librarys_own_words()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));
        string[] files = [.. new[] { "Common", "EdgeAgent", "ModelTraining" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))];
        Assert.True(files.Length > 500, $"only {files.Length} files");
        Assert.Empty(files.SelectMany(file => OwnWords().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetRelativePath(root, file)}: {match.Value}")));
    }

    /// <summary>The message of a caught exception within the block, or the arm of a switch, that takes a JsonException.</summary>
    [GeneratedRegex(@"(catch \([^\n]*JsonException[^\n]*\n\s*\{[^}]*[^}]*\be\.Message\b|JsonException[^\n]*=>[^\n]*\be\.Message\b)")]
    private static partial Regex OwnWords();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
