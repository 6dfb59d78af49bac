using System.Globalization;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>The model file that a command writes: it takes its place only when it is whole and found good.</summary>
internal static class ModelOutput
{
    /// <summary>Throws where <paramref name="output"/> cannot be the file to write.</summary>
    public static void RequireFree(string output, bool force)
    {
        if (Directory.Exists(output))
        {
            throw new DatasetException($"{output}: is a folder; --out names the file to write");
        }

        if (!force && File.Exists(output))
        {
            throw new DatasetException($"{output}: is there already; name another file or add --force to write over it");
        }
    }

    /// <param name="output">The file to write.</param>
    /// <param name="write">Writes it to the path that it is given; returns the nodes of its graph, or null where it refuses the file and has said why.</param>
    /// <returns>The exit code.</returns>
    public static int Write(string output, Func<string, int?> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        string partial = DurableFile.PartOf(output);
        try
        {
            if (write(partial) is not { } nodes)
            {
                return ExitCode.Differs;
            }

            DurableFile.Replace(partial, output);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{output}: {new FileInfo(output).Length / 1e6:0.0} MB, {nodes} nodes"));
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Interrupted; {output} is not written.");
            return ExitCode.Interrupted;
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
