using System.CommandLine;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Reporting;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train synth: renders rosettes with their colour masks into a folder.</summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        RosetteSettings usual = new();
        Option<int> count = new("--count", "-n") { Description = "How many pictures", Required = true };
        Option<ulong> seed = new("--seed", "-s") { Description = "Same seed, same pictures", DefaultValueFactory = _ => 1 };
        Option<string> output = new("--out", "-o") { Description = "Folder for plantNNNNN_rgb.png, plantNNNNN_label.png and, with leaves too small for a label, plantNNNNN_ignored.png", Required = true };
        Option<string?> settingsFile = new("--settings")
        {
            Description = $"JSON file of settings: {string.Join(", ", RosetteSettingsFile.Names)}; options below win over it",
        };
        Option<string?> backgrounds = new("--backgrounds")
        {
            Description = "Folder of photographs without plants to set PlateShare of the plants on; pictures then depend on them too",
        };
        Option<string?> leaves = new("--leaves")
        {
            Description = "Folder of leaves that cut-leaves wrote, to dress CollageShare of the plants with; pictures then depend on them too",
        };
        Option<string?> kinds = new("--kinds")
        {
            Description = $"Only these kinds of scene, with their shares: {string.Join(", ", SceneKinds.Names)}; {SceneKinds.Classic} is none of them [default: a share of each]",
        };
        Option<int?> size = new("--size") { Description = $"Width and height in pixels [default: {usual.Size}]" };
        Option<int?> minLeaves = new("--min-leaves") { Description = $"Fewest leaves of a plant [default: {usual.MinLeaves}]" };
        Option<int?> maxLeaves = new("--max-leaves") { Description = $"Most leaves of a plant [default: {usual.MaxLeaves}]" };
        Option<int?> minArea = new("--min-area")
        {
            Description = $"Leaves that show fewer pixels of the full size get no label [default: {usual.MinVisibleArea}]",
        };
        Option<bool> timeLapse = new("--timelapse")
        {
            Description = "One plant that grows over --count frames; a leaf keeps its colour in all masks",
        };
        Option<int> threads = new("--threads") { Description = "Pictures at a time", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<bool> force = new("--force") { Description = "Write into a folder that is not empty; files of the same name are replaced" };
        Command command = new("synth",
            """
            Renders rosettes and their leaf masks: round, heart-shaped, long, lobed and toothed leaves, 2 to 25 of them, in pots
            and trays, in any light and of any sharpness. The same seed, settings and photographs give the same bytes. Without
            --kinds a share of the pictures has few leaves, a bright ground, a plant of any size, clutter, no plant at all, other
            blades or patterns, or was taken in grey, near infrared, chlorophyll fluorescence or at night.

            Examples:
              leafseg-train synth --count 4000 --seed 1 --out data/train
              leafseg-train synth --count 200 --seed 2 --out data/validation
              leafseg-train synth --timelapse --count 40 --seed 7 --out demo
              leafseg-train synth --count 500 --kinds empty --out data/no-plants
              leafseg-train synth --count 900 --kinds few-leaves,bright,clutter=.2 --out data/seedlings
              leafseg-train synth --count 300 --kinds fluorescence,wide --out data/fluorescence
              leafseg-train synth --count 200 --kinds classic --seed 900000 --out data/as-up-to-model-0.6
              leafseg-train synth --count 4000 --backgrounds photos/benches --settings small.json --out data/train
                with { "SmallShare": 0.3, "MaxLeaves": 12 } in small.json

            Exit codes: 0 done, 2 an argument cannot be used, 3 the folder cannot be used, 4 disk full, 130 interrupted.
            """)
        {
            count, seed, output, settingsFile, kinds, backgrounds, leaves, size, minLeaves, maxLeaves, minArea, timeLapse, threads, force,
        };
        command.SetAction((arguments, cancellation) => Task.Run(
            () => Run(
                given => Kinds(given, arguments.GetValue(kinds)) with
                {
                    Size = arguments.GetValue(size) ?? given.Size,
                    MinLeaves = arguments.GetValue(minLeaves) ?? given.MinLeaves,
                    MaxLeaves = arguments.GetValue(maxLeaves) ?? given.MaxLeaves,
                    MinVisibleArea = arguments.GetValue(minArea) ?? given.MinVisibleArea,
                },
                new SynthRun
                {
                    Count = arguments.GetValue(count),
                    Seed = arguments.GetValue(seed),
                    Folder = arguments.GetValue(output)!,
                    SettingsFile = arguments.GetValue(settingsFile),
                    Backgrounds = arguments.GetValue(backgrounds),
                    Leaves = arguments.GetValue(leaves),
                    TimeLapse = arguments.GetValue(timeLapse),
                    Threads = arguments.GetValue(threads),
                    Force = arguments.GetValue(force),
                },
                cancellation),
            CancellationToken.None));
        return command;
    }

    private static int Run(Func<RosetteSettings, RosetteSettings> chosen, SynthRun run, CancellationToken cancellation) => FileFault.Report(() =>
    {
        RosetteSettings settings;
        try
        {
            settings = chosen(run.SettingsFile is null ? RosetteSettings.Mixed : RosetteSettingsFile.Read(run.SettingsFile));
            settings.Validate();
            run.Validate();
        }
        catch (ArgumentException e)
        {
            return Refuse(e.Message, ExitCode.BadArgument);
        }

        BackgroundPlates? plates = run.Backgrounds is null ? null : BackgroundPlates.Read(run.Backgrounds, cancellation);
        LeafPhotographs? photographs = run.Leaves is null ? null : LeafPhotographs.Read(run.Leaves, cancellation);
        Directory.CreateDirectory(run.Folder);
        if (!run.Force && Directory.EnumerateFileSystemEntries(run.Folder).Any())
        {
            return Refuse(
                $"{run.Folder} is not empty. Name an empty or new folder, or add --force to write into this one.", ExitCode.BadFile);
        }

        try
        {
            Render(settings, plates, photographs, run, cancellation);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return Refuse($"Interrupted. The pictures written so far in {run.Folder} are whole.", ExitCode.Interrupted);
        }
    });

    private static RosetteSettings Kinds(RosetteSettings settings, string? list) => list is null ? settings : SceneKinds.Apply(settings, list);

    private static void Render(RosetteSettings settings, BackgroundPlates? plates, LeafPhotographs? photographs, SynthRun run, CancellationToken cancellation)
    {
        // A picture is one thread's work; OpenCV's own threads would only get in the way of the other pictures.
        Cv2.SetNumThreads(1);
        ProgressLine progress = ProgressLine.OnStandardError("pictures", run.Count);
        long started = Stopwatch.GetTimestamp();
        Tally tally = new();
        try
        {
            Parallel.For(0, run.Count, new ParallelOptions { MaxDegreeOfParallelism = run.Threads, CancellationToken = cancellation }, index =>
            {
                ulong seed = run.TimeLapse ? run.Seed : RosetteRenderer.SeedOf(run.Seed, index);
                Rendering rendering = run.TimeLapse
                    ? RosetteRenderer.RenderFrame(settings, seed, index, run.Count, plates, photographs)
                    : RosetteRenderer.Render(settings, seed, plates, photographs);
                Write(Path.Combine(run.Folder, run.NameOf(index)), rendering, seed);
                tally.Add(rendering);
                progress.Advance();
            });
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is IOException or UnauthorizedAccessException)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        finally
        {
            progress.End();
        }

        Console.WriteLine(
            $"{run.Count} pictures with {tally.Leaves} leaves in {run.Folder} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s); "
            + $"{tally.Dropped} leaves below {settings.MinVisibleArea} visible pixels, or {settings.MinSeenArea} of the sensor, have no label; "
            + $"{tally.Empty} pictures show no leaf");
    }

    /// <summary>The mask is written first and each file under another name, so that a picture that is there is whole and has its mask.</summary>
    private static void Write(string name, Rendering rendering, ulong seed)
    {
        string mask = $"{name}_label.png";
        string picture = $"{name}_rgb.png", ignored = $"{name}_ignored.png";
        if (rendering.Ignored is LabelMap regions)
        {
            WriteWhole(ignored, path => ColourMask.Write(path, regions, RosetteRenderer.MaskColours(seed)));
        }
        else
        {
            File.Delete(ignored);
        }

        WriteWhole(mask, path => ColourMask.Write(path, rendering.Labels, RosetteRenderer.MaskColours(seed)));
        WriteWhole(picture, path => ImageFile.Write(path, rendering.Image));
    }

    private static void WriteWhole(string path, Action<string> write)
    {
        string partial = Path.Combine(Path.GetDirectoryName(path)!, $".partial-{Path.GetFileName(path)}");
        try
        {
            write(partial);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static int Refuse(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }

    private sealed record SynthRun
    {
        public required int Count { get; init; }

        public required ulong Seed { get; init; }

        public required string Folder { get; init; }

        public required string? SettingsFile { get; init; }

        public required string? Backgrounds { get; init; }

        public required string? Leaves { get; init; }

        public required bool TimeLapse { get; init; }

        public required int Threads { get; init; }

        public required bool Force { get; init; }

        /// <summary>Frames of one plant say so: 'prepare' keeps them on one side of a split.</summary>
        public string NameOf(int index) => TimeLapse ? $"plant{Seed}_frame{index:00000}" : $"plant{index:00000}";

        public void Validate()
        {
            if (Count is < 1 or > 99_999)
            {
                throw new ArgumentException($"--count is {Count}, expected 1 to 99999: file names have five digits.");
            }

            if (Threads < 1)
            {
                throw new ArgumentException($"--threads is {Threads}, expected 1 or more.");
            }
        }
    }

    private sealed class Tally
    {
        private int leaves, dropped, empty;

        public int Leaves => leaves;

        public int Dropped => dropped;

        public int Empty => empty;

        public void Add(Rendering rendering)
        {
            Interlocked.Add(ref leaves, rendering.LeafCount);
            Interlocked.Add(ref dropped, rendering.DroppedLeaves);
            Interlocked.Add(ref empty, rendering.LeafCount == 0 ? 1 : 0);
        }
    }
}
