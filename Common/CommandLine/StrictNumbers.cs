using System.CommandLine;
using System.Globalization;

namespace LeafSeg.Common.CommandLine;

/// <summary>
/// Numbers of a command line as they are meant. .NET takes a comma for a separator of thousands: "0,2" would be 2, and an area
/// a hundred times too large.
/// </summary>
public static class StrictNumbers
{
    private static readonly Type[] Whole = [typeof(int), typeof(long), typeof(uint), typeof(ulong), typeof(short), typeof(ushort), typeof(byte)];
    private static readonly Type[] Real = [typeof(double), typeof(float), typeof(decimal)];

    /// <summary>Makes a wrong number a usage error in every option and argument of a command and of those below it.</summary>
    public static void Require(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (Option option in command.Options.Where(option => IsNumber(option.ValueType)))
        {
            option.Validators.Add(result =>
            {
                foreach (string text in result.Tokens.Select(token => token.Value))
                {
                    if (Fault(option.Name, text, option.ValueType) is string fault)
                    {
                        result.AddError(fault);
                    }
                }
            });
        }

        foreach (Argument argument in command.Arguments.Where(argument => IsNumber(argument.ValueType)))
        {
            argument.Validators.Add(result =>
            {
                foreach (string text in result.Tokens.Select(token => token.Value))
                {
                    if (Fault(argument.Name, text, argument.ValueType) is string fault)
                    {
                        result.AddError(fault);
                    }
                }
            });
        }

        foreach (Command below in command.Subcommands)
        {
            Require(below);
        }
    }

    private static bool IsNumber(Type type) => Whole.Contains(Plain(type)) || Real.Contains(Plain(type));

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;

    private static string? Fault(string name, string text, Type type)
    {
        bool whole = Whole.Contains(Plain(type));
        NumberStyles styles = whole ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(text, styles, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        string expected = whole ? "a whole number without separators, as in 1200" : "a number with a decimal point and no separators of thousands, as in 0.21";
        string pointed = text.Replace(',', '.');
        bool hasComma = !whole && pointed != text && double.TryParse(pointed, styles, CultureInfo.InvariantCulture, out _);
        return $"{name} is '{text}', expected {expected}{(hasComma ? $"; is {pointed} meant?" : "")}";
    }
}
