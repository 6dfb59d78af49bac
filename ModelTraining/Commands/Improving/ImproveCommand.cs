using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands.Improving;

/// <summary>leafseg-train improve: from doubtful pictures of rigs to a released model, step by step.</summary>
internal static class ImproveCommand
{
    public static Command Create()
    {
        RoundSettings usual = new();
        Argument<string> folder = new("folder") { Description = "The round's folder; made if it is not there, gone on with if it is" };
        Option<bool> plan = new("--plan") { Description = "Show the plan, and how far it is, and do nothing" };
        Option<string?> again = new("--again") { Description = "Do this step and those after it again", HelpName = "STEP" };
        Command command = new("improve",
            """
            A whole round for the plants of your own rigs, in one command: collects the pictures of which the rigs' model is least sure,
            opens the label page until enough of them are corrected, keeps some plants apart, fine-tunes the model in use on the others,
            exports and quantises it, compares the file with the model in use on the plants kept apart and on the model's own set, and
            releases it to a share of the rigs. A model that is not better on the plants kept apart, by the whole 95 % interval, or worse
            on its own set than allowed, is not released.

            The plan is shown first: each step is a command of this program, as one would type it. Ctrl-C stops it at any step; the
            same command with the folder alone goes on. A step whose options have changed is done again, and those after it.

            Examples:
              leafseg-train improve round1 --plan --model leafseg.onnx --weights leafseg-float32.onnx --rigs rigs.txt --most 30
              leafseg-train improve round1 --model leafseg.onnx --weights leafseg-float32.onnx --rigs rigs.txt --most 30 --by anna \
                --own-set data/unseen --repository models --key targets.pem --key online.pem --percent 20
              leafseg-train improve round1
              leafseg-train improve round1 --again label --labels 60

            Exit codes: those of the steps; 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, or a rig could not be
            had, 4 disk full, 5 the new model is not good enough and not released, 6 staged, and waiting for signatures, 130 interrupted.
            """)
        {
            folder, plan, again,
        };
        RoundOptions options = new(command, usual);
        command.SetAction((arguments, cancellation) => FileFault.ReportAsync(() => RunAsync(
            Path.GetFullPath(arguments.GetValue(folder)!), options.Given(arguments), arguments.GetValue(plan), arguments.GetValue(again), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string folder, IReadOnlyDictionary<string, JsonNode?> given, bool onlyPlan, string? again, CancellationToken cancellation)
    {
        RoundState state = RoundState.Open(folder);
        foreach ((string key, JsonNode? value) in given)
        {
            state.Settings[key] = value;
        }

        RoundSettings settings = RoundSettings.Read(state.Settings);
        settings.Validate();
        ModelMetadata inUse;
        using (LeafModel model = LeafModel.Open(settings.Model!))
        {
            inUse = model.Metadata;
        }

        IReadOnlyList<RoundStep> plan = RoundPlan.Of(folder, settings, inUse);
        if (again is not null && plan.All(step => step.Name != again))
        {
            throw new SettingsException($"--again is {again}, expected a step of this round: {string.Join(", ", plan.Select(step => step.Name))}.");
        }

        if (!onlyPlan)
        {
            Directory.CreateDirectory(folder);
            state.Save();
            if (again is not null)
            {
                state.Forget(plan, again);
            }
        }

        Print(folder, plan, state);
        return onlyPlan ? ExitCode.Done : await RunAsync(folder, plan, state, cancellation);
    }

    private static void Print(string folder, IReadOnlyList<RoundStep> plan, RoundState state)
    {
        bool follows = false;
        foreach ((int i, RoundStep step) in plan.Index())
        {
            DateTimeOffset? done = follows ? null : state.DoneAt(step);
            follows |= done is null;
            string when = done is { } time ? time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "to do";
            Console.WriteLine($"{i + 1,2} {step.Name,-9} {when,-16}  {step.CommandLine}");
        }

        Console.WriteLine($"State: {folder}");
    }

    private static async Task<int> RunAsync(string folder, IReadOnlyList<RoundStep> plan, RoundState state, CancellationToken cancellation)
    {
        foreach (RoundStep step in plan.SkipWhile(step => state.DoneAt(step) is not null))
        {
            Console.WriteLine($"\n{step.Name} (step {plan.Count - plan.SkipWhile(one => one != step).Count() + 1} of {plan.Count})");
            string[] arguments = state.WasBegun(step) && step.Resume?.Invoke() is { } resumed ? resumed : step.Arguments;
            if (!state.WasBegun(step))
            {
                step.Clear?.Invoke();
            }

            state.Begin(plan, step);
            int code = step.IsThere?.Invoke() == true ? ExitCode.Done : await RunAsync(arguments, cancellation);
            string? missing = code == ExitCode.Done ? step.Missing?.Invoke() : null;
            if (missing is not null || cancellation.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"Stopped at {step.Name}{(missing is null ? "" : $": {missing}")}. Go on with: leafseg-train improve {folder}");
                return ExitCode.Interrupted;
            }

            if (code != ExitCode.Done && code != step.Tolerated)
            {
                await Console.Error.WriteLineAsync($"Stopped at {step.Name}, which ended with exit code {code}. What was done is kept; once it is mended: leafseg-train improve {folder}");
                return code;
            }

            state.Finish(step, DateTimeOffset.UtcNow);
        }

        Console.WriteLine($"\nThe round is done: {folder}");
        return ExitCode.Done;
    }

    private static Task<int> RunAsync(string[] arguments, CancellationToken cancellation) => CommandTree.Create()
        .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null })
        .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, cancellation);
}
