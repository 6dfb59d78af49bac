namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// How long a run will still take. A step of all layers takes longer than one of the heads, so steps are counted stage by
/// stage, and validations apart; what was not measured yet is taken from what was.
/// </summary>
internal sealed class TimeLeft(TrainingSettings settings, TimeProvider clock)
{
    /// <summary>A step of the heads alone takes about this share of a step of all layers: the backbone is run, and not gone back through.</summary>
    private const double HeadsShare = .55;

    /// <summary>How much the newest step says about the next.</summary>
    private const double Newest = .05;

    private readonly Dictionary<TrainedLayers, double> secondsPerStep = [];
    private double? secondsPerValidation;
    private long last = clock.GetTimestamp();

    /// <summary>After each step.</summary>
    public void Stepped(int step)
    {
        double seconds = Lap();
        TrainedLayers layers = settings.Stages[StageOf(step)].Layers;
        secondsPerStep[layers] = secondsPerStep.TryGetValue(layers, out double known) ? known + (Newest * (seconds - known)) : seconds;
    }

    /// <summary>After each validation.</summary>
    public void Validated() => secondsPerValidation = Lap();

    /// <summary>Null before the first step.</summary>
    public TimeSpan? After(int step)
    {
        if (secondsPerStep.Count == 0)
        {
            return null;
        }

        double seconds = 0;
        int start = 0;
        foreach (StageSettings stage in settings.Stages)
        {
            int end = start + stage.Iterations;
            seconds += Math.Max(0, end - Math.Max(step, start)) * SecondsPerStep(stage.Layers);
            start = end;
        }

        int validations = (settings.Iterations / settings.ValidateEvery) - (step / settings.ValidateEvery) + (settings.Iterations % settings.ValidateEvery == 0 ? 0 : 1);
        return TimeSpan.FromSeconds(seconds + (validations * (secondsPerValidation ?? 0)));
    }

    private double SecondsPerStep(TrainedLayers layers) =>
        secondsPerStep.TryGetValue(layers, out double known) ? known
        : layers == TrainedLayers.All ? secondsPerStep.Values.First() / HeadsShare
        : secondsPerStep.Values.First() * HeadsShare;

    private int StageOf(int step)
    {
        int end = 0;
        for (int i = 0; i < settings.Stages.Count; i++)
        {
            end += settings.Stages[i].Iterations;
            if (step <= end)
            {
                return i;
            }
        }

        return settings.Stages.Count - 1;
    }

    private double Lap()
    {
        long now = clock.GetTimestamp();
        double seconds = clock.GetElapsedTime(last, now).TotalSeconds;
        last = now;
        return seconds;
    }
}
