using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Tests.Machine;

public sealed class MissingLibraryTests
{
    [Theory]
    [InlineData("libgtk-3.so.0", "apt-get install libgtk-3-0")]
    [InlineData("libatomic.so.1", "apt-get install libatomic1")]
    [InlineData("libgpiod.so.2", "apt-get install libgpiod2")]
    [InlineData("libfoo++-2.1.so.7", "apt-file search libfoo++-2.1.so.7")]
    public void The_package_of_the_library_that_is_missing_is_named(string library, string package)
    {
        string message = $"""
            Unable to load shared library 'OpenCvSharpExtern' or one of its dependencies.
            /usr/lib/leafseg/OpenCvSharpExtern.so: cannot open shared object file: No such file or directory
            {library}: cannot open shared object file: No such file or directory
            /usr/lib/leafseg/libOpenCvSharpExtern.so: cannot open shared object file: No such file or directory
            """;
        InvalidOperationException outer = new("CaptureLoop has failed.", new TypeInitializationException("NativeMethods", new DllNotFoundException(message)));
        string? found = MissingLibrary.In(outer);
        Assert.Contains(library, found, StringComparison.Ordinal);
        Assert.Contains(package, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_fault_is_no_missing_library() => Assert.Null(MissingLibrary.In(new InvalidOperationException("a", new IOException("b"))));
}
