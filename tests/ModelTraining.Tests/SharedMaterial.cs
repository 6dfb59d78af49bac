namespace LeafSeg.ModelTraining.Tests;

/// <summary>The folder of reference material that may lie beside the repository.</summary>
internal static class SharedMaterial
{
    /// <summary>Skips the test where the material is absent.</summary>
    /// <param name="place">Below the shared folder, with forward slashes.</param>
    public static string Require(string place)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LeafSeg.sln")))
            {
                string path = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", place));
                Assert.SkipUnless(Path.Exists(path), $"../shared/{place} is not beside the repository");
                return path;
            }
        }

        throw new InvalidOperationException("LeafSeg.sln was not found above the test's folder.");
    }
}
