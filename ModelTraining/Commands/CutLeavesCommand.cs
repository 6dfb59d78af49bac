using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Cutting;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Reporting;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train cut-leaves: cuts whole leaves out of labelled photographs, for synth to dress its plants with.</summary>
internal static class CutLeavesCommand
{
    public static Command Create()
    {
        Option<string[]> data = new("--data", "-d") { Description = "Labelled pictures in any layout that prepare reads; may be named several times", Required = true };
        Option<string> output = new("--out", "-o") { Description = "Folder for the leaves, one PNG each", Required = true };
        Option<int> shortest = new("--min-length") { Description = "Shorter leaves, from base to tip in pixels, are left out", DefaultValueFactory = _ => 40 };
        Option<bool> force = new("--force") { Description = "Write into a folder that is not empty; files of the same name are replaced" };
        Command command = new("cut-leaves",
            """
            Cuts leaves that nothing hides out of labelled photographs, turns them until their tips point to the right, and
            writes each as a PNG with nothing around it. 'synth --leaves' dresses its plants with them: outlines and textures are
            then real, and which pixel is which leaf is still known. Pictures without labels get some from 'predict'. Use only
            photographs whose terms allow what the model is for.

            Examples:
              leafseg-train cut-leaves --data data/letra-fluorescence --out leaves
              leafseg-train predict --model leafseg.onnx --out photos photos/*.png
              leafseg-train cut-leaves --data photos --out leaves --min-length 60 --force
              leafseg-train synth --count 2000 --leaves leaves --kinds collage --out data/collage

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used or no leaf is whole, 4 disk full,
            130 interrupted.
            """)
        {
            data, output, shortest, force,
        };
        DataOptions dataOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(data)!, arguments.GetValue(output)!, arguments.GetValue(shortest), arguments.GetValue(force), dataOptions.Rules(arguments), cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(string[] data, string output, int shortest, bool force, ReadingRules rules, CancellationToken cancellation)
    {
        if (shortest < LeafPhotographs.ShortestPx)
        {
            throw new SettingsException($"--min-length is {shortest}, expected {LeafPhotographs.ShortestPx} pixels or more.");
        }

        LabelledPictures[] sources = [.. data.Select(path => LabelledPictures.Open(path, rules))];
        if (!force && Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new IOException($"{output} is not empty. Name an empty or new folder, or add --force to write into this one.");
        }

        Directory.CreateDirectory(output);
        int leaves = 0, cut = 0, pictures = sources.Sum(source => source.Count);
        ProgressLine progress = ProgressLine.OnStandardError("pictures", pictures);
        try
        {
            foreach ((LabelledPictures source, int index) in sources.SelectMany(source => Enumerable.Range(0, source.Count).Select(index => (source, index))))
            {
                cancellation.ThrowIfCancellationRequested();
                LeafPicture picture = source.Read(index);
                leaves += picture.Labels.Areas().Count;
                foreach ((ushort label, Mat leaf) in LeafCut.Of(picture.Image, picture.Labels, shortest))
                {
                    using (leaf)
                    {
                        // What the renderer cannot use is not written.
                        leaf.GetArray(out Vec4b[] pixels);
                        if (LeafPhotographs.IsLeaf(leaf.Width, leaf.Height, pixels))
                        {
                            string name = $"{picture.Name.Replace('/', '_')}_{label.ToString(CultureInfo.InvariantCulture)}.png";
                            DurableFile.Write(Path.Combine(output, name), leaf.ImEncode(".png"));
                            cut++;
                        }
                    }
                }

                progress.Advance();
            }
        }
        finally
        {
            progress.End();
        }

        FindingsReport.Print(sources.SelectMany(source => source.Seen));
        Console.WriteLine($"{cut} of {leaves} leaves in {pictures} pictures are whole and {shortest} pixels long or more: {output}");
        return cut > 0 ? ExitCode.Done
            : throw new DatasetException($"{string.Join(", ", data)}: no leaf is whole and {shortest} pixels long, expected some; try a smaller --min-length");
    }
}
