using System.Reflection;
using System.Runtime.CompilerServices;
using ArchUnitNET.Loader;
using GenericParameter = ArchUnitNET.Domain.GenericParameter;
using IType = ArchUnitNET.Domain.IType;

namespace LeafSeg.Layering;

/// <summary>The layers of one assembly: its top folders from the bottom to the top. A folder uses only itself and the folders before it.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="root">Namespace of the project's top folder.</param>
/// <param name="order">The folders.</param>
internal sealed class Layers(Assembly assembly, string root, IReadOnlyList<string> order)
{
    private readonly ArchUnitNET.Domain.Architecture architecture = new ArchLoader().LoadAssembly(assembly).Build();

    public IReadOnlyList<string> Order => order;

    /// <summary>Folders that have no place in the order, and places that have no folder.</summary>
    public IEnumerable<string> Unplaced()
    {
        HashSet<string> folders = [.. Types().Select(Folder).OfType<string>()];
        return folders.Except(order).Select(folder => $"{folder}: a folder without a place in the order")
            .Concat(order.Except(folders).Select(folder => $"{folder}: a place without a folder"))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Uses of a later folder by an earlier one, a line for each pair of types.</summary>
    public IEnumerable<string> Violations() => Types()
        .SelectMany(type => type.Dependencies.Select(dependency => (From: (IType)type, To: dependency.Target)))
        .Where(use => use.To is not GenericParameter) // The library (0.13.5) takes one of a generated method for that of another class.
        .Where(use => Place(use.From) < Place(use.To))
        .Select(use => $"{use.From.FullName} uses {use.To.FullName}, and {Folder(use.From)} comes before {Folder(use.To)}")
        .Distinct()
        .Order(StringComparer.Ordinal);

    /// <summary>The folders as docs/architecture.md lists them, below the heading of the project.</summary>
    public IReadOnlyList<string> Documented()
    {
        string page = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "architecture.md"));
        return
        [
            .. File.ReadLines(page)
                .SkipWhile(line => line != $"### {root.Split('.')[^1]}").Skip(1)
                .TakeWhile(line => !line.StartsWith('#'))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Split('`')[1]),
        ];
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private IEnumerable<IType> Types() => architecture.Types.Where(type => type.FullName.StartsWith($"{root}.", StringComparison.Ordinal));

    private int Place(IType type) => Folder(type) is { } folder ? order.ToList().IndexOf(folder) : -1;

    /// <summary>The first level of the namespace below the root; null outside of it, and for what lies in no folder (Program).</summary>
    private string? Folder(IType type)
    {
        string? name = type.Namespace?.FullName;
        return name is not null && name.StartsWith($"{root}.", StringComparison.Ordinal) ? name[(root.Length + 1)..].Split('.')[0] : null;
    }
}
