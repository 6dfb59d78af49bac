using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Training;

/// <summary>What to do, one thing after the other, when validation finds no progress any more.</summary>
internal sealed record PlateauSettings
{
    public PlateauQuantity Watch { get; init; } = PlateauQuantity.Sbd;

    /// <summary>A change for the better counts only if it is larger than this.</summary>
    public double MinDelta { get; init; } = 0.002;

    /// <summary>Taken in this order; after the last one the stage just continues to its end.</summary>
    public required IReadOnlyList<PlateauAction> Actions { get; init; }

    public string? Problem() => this switch
    {
        { Actions.Count: 0 } => "Plateau:Actions is empty, expected at least one action",
        _ when Actions.Any(a => a is null) => "Plateau:Actions has a null in it, expected actions",
        { MinDelta: < 0 } => $"Plateau:MinDelta is {MinDelta}, expected 0 or more",
        _ when Actions.Any(a => a.Patience < 1) => "Plateau:Actions has a Patience below 1, expected a positive count of validations",
        _ when Actions.Any(a => a.Rate is <= 0) => "Plateau:Actions has a Rate of 0 or less, expected a positive rate",
        _ when Actions.Any(a => a is { Rate: null, Optimiser: null }) => "Plateau:Actions has an action without Rate and Optimiser, expected at least one of them",
        _ => null,
    };
}

/// <summary>A change of the rate, of the optimiser (which begins without memory), or of both.</summary>
internal sealed record PlateauAction
{
    /// <summary>Validations without progress before this action is taken.</summary>
    public int Patience { get; init; } = 5;

    public double? Rate { get; init; }

    public OptimiserKind? Optimiser { get; init; }

    public override string ToString() => string.Join(" and ", new[]
    {
        Rate is { } rate ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"rate {rate:G3}") : null,
        Optimiser is { } optimiser ? $"optimiser {optimiser}" : null,
    }.OfType<string>());
}

/// <summary>Both are measured on the validation pictures.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlateauQuantity>))]
internal enum PlateauQuantity
{
    /// <summary>Symmetric Best Dice, which should rise.</summary>
    Sbd,

    /// <summary>The sum of the five losses, which should fall.</summary>
    Loss,
}
