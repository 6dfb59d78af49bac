using System.Runtime.InteropServices;

namespace LeafSeg.Common.Native;

/// <summary>The environment as native libraries of this process see it: what .NET sets in its own copy does not reach them.</summary>
public static partial class NativeEnvironment
{
    /// <summary>Sets a variable for native libraries that read it later, and for child processes.</summary>
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        _ = SetVariable(name, value, overwrite: 1);
    }

    /// <summary>Sets a variable unless it is set already.</summary>
    public static void SetDefault(string name, string value) => Set(name, Environment.GetEnvironmentVariable(name) ?? value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
