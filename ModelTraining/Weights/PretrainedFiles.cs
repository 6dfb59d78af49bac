namespace LeafSeg.ModelTraining.Weights;

/// <summary>The pretrained weights that come with the program, by name: <c>efficientnet-lite0</c>.</summary>
internal static class PretrainedFiles
{
    private const string Extension = ".safetensors";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Pretrained");

    /// <summary>Their names, for help and messages.</summary>
    public static string Names => string.Join(", ", Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal) : []);

    /// <summary>The file of a name, with or without extension; null: the source is a path, a URL, or none of them.</summary>
    public static string? Find(string source)
    {
        bool isName = !File.Exists(source) && Path.GetFileName(source) == source;
        string file = Path.Combine(Folder, source.EndsWith(Extension, StringComparison.Ordinal) ? source : source + Extension);
        return isName && File.Exists(file) ? file : null;
    }
}
