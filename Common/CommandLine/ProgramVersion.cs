using System.Reflection;

namespace LeafSeg.Common.CommandLine;

/// <summary>The version of these programs: that of Directory.Build.props, and the commit that they were built from.</summary>
public static class ProgramVersion
{
    /// <summary>"0.2.0+4b78ac9d1f2e"; without the commit where the source was no git repository.</summary>
    public static string Text { get; } = typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
