using System.Security.Cryptography;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Pictures that are trained on and scored on: a score on them says nothing.</summary>
internal static class PictureOverlap
{
    /// <exception cref="DatasetException">At least one picture is in both, by its bytes.</exception>
    public static void Refuse(LabelledPictures training, LabelledPictures validation, CancellationToken cancellation)
    {
        // A file's length costs nothing to look at, and only files of one length can be the same.
        ILookup<long, string> bySize = Files(training).ToLookup(SizeOf);
        Dictionary<string, string> digests = [];
        List<(string Training, string Validation)> shared = [];
        foreach (string file in Files(validation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (bySize[SizeOf(file)].FirstOrDefault(other => IsSame(other, file)) is string same)
            {
                shared.Add((same, file));
            }
        }

        if (shared.Count > 0)
        {
            throw new DatasetException(
                $"{validation.Folder}: {shared.Count} of its {validation.Count} pictures are trained on too, {shared[0].Validation} first"
                + (shared[0].Validation == shared[0].Training ? "" : $" (the same as {shared[0].Training})")
                + "; a score on them would say nothing. Divide the pictures with 'leafseg-train prepare', or name others with --validation");
        }

        bool IsSame(string first, string second) => first == second || DigestOf(first) == DigestOf(second);

        string DigestOf(string file)
        {
            if (!digests.TryGetValue(file, out string? digest))
            {
                digest = Convert.ToHexString(SHA256.HashData(PictureFile.ReadBytes(file)));
                digests.Add(file, digest);
            }

            return digest;
        }
    }

    private static IEnumerable<string> Files(LabelledPictures pictures) => Enumerable.Range(0, pictures.Count).Select(i => Path.GetFullPath(pictures.PictureFileOf(i)));

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : -1;
}
