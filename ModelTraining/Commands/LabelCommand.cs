using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Labelling.Page;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train label: a page in the browser on which the model's leaves are corrected.</summary>
internal static class LabelCommand
{
    private const int UsualPort = 8085;

    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "Pictures, in it and below it" };
        Option<string> model = new("--model", "-m") { Description = "Draws first: the .onnx file, or a checkpoint (.safetensors) of a training run", Required = true };
        Option<string> author = new("--by") { Description = "Who corrects, as it is written into the labels; your user name otherwise", DefaultValueFactory = _ => Environment.UserName };
        Option<int?> port = new("--port", "-p") { Description = $"Port on this machine; {UsualPort} if it is free, else any" };
        Option<float?> scoreThreshold = new("--score-threshold")
        {
            Description = "Lowest score of a leaf, 0 to 1; the file's own otherwise. An ONNX file cannot go below its own",
        };
        Option<bool> tile = new("--tile") { Description = "Let the model look at overlapping tiles at the picture's own resolution, for closed canopies" };
        Option<int?> until = new("--until") { Description = "End by itself once so many pictures are accepted, those of earlier days included" };
        Command command = new("label",
            $$"""
            Opens a page on this machine, http://127.0.0.1:{{UsualPort}}/, on which you correct the leaves that the model draws. The most
            doubtful picture comes first; '?' on the page lists keys and tools. Every change is written at once to NAME_label.png
            beside its picture, which train, prepare and inspect read; who, when and whether you accepted the picture lie inside
            it. A picture that nobody has touched has no file. Start again whenever you like: it goes on where you were.

            Labels that are there already are shown instead of the model's, whichever program wrote them. What another program or
            window writes meanwhile is shown, and yours is kept beside it. The page loads nothing from any network.

            Examples:
              leafseg-train label --model leafseg.onnx season/monday
              leafseg-train label --model runs/1/checkpoint.safetensors --by anna --tile canopies
              leafseg-train label --model leafseg.onnx --until 30 season

            Ctrl-C ends it. Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, or some pictures
            could not be, 4 disk full.
            """)
        {
            folder, model, author, port, scoreThreshold, tile, until,
        };
        command.SetAction((arguments, cancellation) => FileFault.ReportAsync(() => RunAsync(
            arguments.GetValue(folder)!, arguments.GetValue(model)!, arguments.GetValue(author)!, arguments.GetValue(port),
            arguments.GetValue(scoreThreshold), arguments.GetValue(tile) ? Look.Tiles : Look.Whole, arguments.GetValue(until), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(
        string location, string modelFile, string author, int? port, float? scoreThreshold, Look look, int? until, CancellationToken cancellation)
    {
        OptionCheck.Require(port is null or (> 0 and <= IPEndPoint.MaxPort), "--port", port, $"1 to {IPEndPoint.MaxPort}");
        OptionCheck.RequireScoreThreshold(scoreThreshold);
        LabellingFolder folder = LabellingFolder.Open(location);
        OptionCheck.Require(until is null || (until > 0 && until <= folder.Pictures.Count), "--until", until, $"1 to {folder.Pictures.Count}, the number of pictures");
        using DraftingModel model = new(LeafFinder.Open(modelFile, scoreThreshold, LeafFinder.LowestScore), look);
        using LabellingSession session = new(folder, model, author, TimeProvider.System);
        LabelPage page = await LabelPage.StartAsync(session, port ?? FreePort(), cancellation);
        int code;
        try
        {
            await using (page)
            {
                Console.WriteLine($"{folder.Pictures.Count} pictures in {location}, {folder.Accepted} of them accepted. Open {page.Address} in a browser; Ctrl-C ends this.");
                using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAll(DraftAllAsync(session, end), EndAsync(folder, until, end));
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how one ends it.
        }
        finally
        {
            code = await SummariseAsync(session);
        }

        return code;
    }

    private static async Task DraftAllAsync(LabellingSession session, CancellationTokenSource end)
    {
        try
        {
            await session.DraftAllAsync(end.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await end.CancelAsync();
            throw;
        }
    }

    /// <summary>Ends the page once enough is accepted, after the browser has had its answer.</summary>
    private static async Task EndAsync(LabellingFolder folder, int? until, CancellationTokenSource end)
    {
        if (until is null)
        {
            await Task.Delay(Timeout.Infinite, end.Token);
        }

        while (folder.Accepted < until)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), end.Token);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), end.Token);
        await end.CancelAsync();
    }

    private static async Task<int> SummariseAsync(LabellingSession session)
    {
        IReadOnlyList<string> conflicts = await session.SaveRestAsync();
        LabellingFolder folder = session.Folder;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder.Accepted} of {folder.Pictures.Count} pictures accepted."));
        int code = ExitCode.Done;
        foreach (LabellingPicture picture in folder.Pictures.Where(picture => picture.State == PictureState.Unusable))
        {
            Console.Error.WriteLine(picture.Fault);
            code = ExitCode.BadFile;
        }

        foreach (string conflict in conflicts)
        {
            Console.Error.WriteLine(conflict);
            code = ExitCode.BadFile;
        }

        foreach ((LabellingPicture picture, Exception reason) in session.Unsaved())
        {
            Console.Error.WriteLine($"{picture.File.Labels}: the last changes could not be saved ({reason.Message})");
            code = reason is IOException e && FileFault.IsDiskFull(e) ? ExitCode.DiskFull : ExitCode.BadFile;
        }

        return code;
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, UsualPort));
        }
        catch (SocketException)
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }

        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
