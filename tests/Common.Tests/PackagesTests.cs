using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace LeafSeg.Common.Tests;

/// <summary>Directory.Packages.props and the projects of the checkout.</summary>
public sealed class PackagesTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    [Fact]
    public void Each_package_with_a_version_is_referenced_by_a_project_and_each_reference_has_a_version()
    {
        string[] listed = [.. Named("PackageVersion", ["Directory.Packages.props"])];
        string[] projects = [.. Directory.EnumerateFiles(Root, "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })];
        Assert.True(projects.Length >= 8, $"only {projects.Length} projects");
        string[] used = [.. Named("PackageReference", [.. projects, "tests/Directory.Build.props"]).Distinct()];
        Assert.Equal(used.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Named(string element, IEnumerable<string> files) => files
        .SelectMany(file => XDocument.Load(Path.Combine(Root, file)).Descendants(element))
        .Select(package => package.Attribute("Include")?.Value ?? "an element without Include");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
