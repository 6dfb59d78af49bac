using System.Text;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Files that a command names.</summary>
internal static class RequiredFile
{
    public static string Text(string path, string expected) => Encoding.UTF8.GetString(Bytes(path, expected));

    /// <exception cref="ReleaseException">It cannot be read.</exception>
    public static byte[] Bytes(string path, string expected)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ReleaseException.File($"{path}: cannot be read ({e.Message}); expected {expected}.", e);
        }
    }
}
