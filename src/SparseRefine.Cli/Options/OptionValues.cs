using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SparseRefine.Cli.Help;
using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Options;

/// <summary>Options whose values are texts of a form; what does not fit becomes an error that names the option.</summary>
internal static class OptionValues
{
    // Of photos, and of what a dense model sees.
    private const int MaxSide = 65535;

    /// <summary>An option parsed by a function of its text.</summary>
    /// <typeparam name="T">What the text becomes.</typeparam>
    /// <param name="name">The option with its dashes.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="helpName">The value's form.</param>
    /// <param name="parse">Makes the value; an <see cref="InvalidInputException"/> or <see cref="ArgumentException"/> is an error of the option.</param>
    /// <param name="standard">Makes the value where the option is not given.</param>
    /// <returns>The option.</returns>
    public static Option<T> Create<T>(
        string name, string description, string helpName, Func<string, T> parse, Func<T>? standard = null)
    {
        Option<T> option = new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => Parse(result, name, helpName, parse),
        };
        if (standard is not null)
        {
            option.DefaultValueFactory = _ => standard();
        }

        return option;
    }

    /// <summary>A required file or folder.</summary>
    /// <param name="name">The option with its dashes.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="helpName">FILE or DIR.</param>
    /// <returns>The option.</returns>
    public static Option<string> Required(string name, string description, string helpName)
        => new(name) { Description = description, HelpName = helpName, Required = true };

    /// <summary>A file or folder that may be left out.</summary>
    /// <param name="name">The option with its dashes.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="helpName">FILE or DIR.</param>
    /// <returns>The option.</returns>
    public static Option<string?> Path(string name, string description, string helpName)
        => new(name) { Description = description, HelpName = helpName };

    /// <summary>A whole number.</summary>
    /// <param name="name">The option with its dashes.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="standard">The value where the option is not given.</param>
    /// <returns>The option.</returns>
    public static Option<int> Int32(string name, string description, int least, int standard)
        => Create(name, description, "N", text => Whole(text, least), () => standard);

    /// <summary>The pixels that a photo may have.</summary>
    /// <param name="most">The largest value; label maps are read up to the standard one.</param>
    /// <returns>The option.</returns>
    public static Option<long> MaxPixels(long most = PhotoProbe.DefaultMaxPixels) => Create(
        "--max-pixels",
        $"Larger photos are refused by their header, before they take memory. [default: {PhotoProbe.DefaultMaxPixels}, or what memory allows]",
        "N",
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long pixels) && pixels > 0 && pixels <= most
            ? pixels
            : throw Unfit($"a whole number from 1 to {most}", text),
        () => PhotoProbe.AffordablePixels);

    /// <summary><c>--threads</c> of a command that answers photos.</summary>
    /// <returns>The option.</returns>
    public static Option<int> Threads() => Int32("--threads", "Threads of ONNX Runtime and of the refiner; 0 takes all processors. Labels are the same.", 0, 0);

    /// <summary>A number of bytes: 0, a million and more, or a number with kB, MB or GB, which are powers of 1000.</summary>
    /// <param name="text">For example <c>500MB</c>.</param>
    /// <returns>The bytes.</returns>
    public static long Bytes(string text)
    {
        int power = Array.FindIndex((string[])["B", "kB", "MB", "GB"], 1, unit => text.EndsWith(unit, StringComparison.OrdinalIgnoreCase));
        string number = power < 0 ? text : text[..^2];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && (power > 0 ? value < 1e6 : value == 0 || (value is >= 1e6 and < 1e15 && double.IsInteger(value)))
            ? (long)(value * Math.Pow(1000, Math.Max(0, power)))
            : throw Unfit("0 or bytes as in 500MB or 1.5GB", text);
    }

    /// <summary>HEIGHTxWIDTH, each 1 to 65535.</summary>
    /// <param name="text">For example <c>512x768</c>.</param>
    /// <returns>Height and width.</returns>
    public static (int Height, int Width) Size(string text)
    {
        string[] parts = text.Split('x', 'X');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height) && height is > 0 and <= MaxSide
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is > 0 and <= MaxSide
            ? (height, width)
            : throw Unfit($"HEIGHTxWIDTH as in 512x768, each 1 to {MaxSide}", text);
    }

    /// <summary>One or more channel counts.</summary>
    /// <param name="text">For example <c>16,32,64</c>.</param>
    /// <returns>The counts, finest level first.</returns>
    public static IReadOnlyList<int> Planes(string text)
    {
        List<int> planes = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int channels) || channels < 1)
            {
                throw Unfit("channels a level as in 16,32,64", text);
            }

            planes.Add(channels);
        }

        return planes;
    }

    /// <summary>One weight a class.</summary>
    /// <param name="text">For example <c>1,4,2.5</c>.</param>
    /// <returns>The weights, in order of the classes' ids.</returns>
    /// <exception cref="InvalidInputException">Something else, a weight below 0, or none above it.</exception>
    public static IReadOnlyList<float> Weights(string text)
    {
        List<float> weights = [];
        foreach (string part in text.Split(','))
        {
            if (!float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight)
                || !float.IsFinite(weight) || weight < 0)
            {
                throw Unfit("numbers of at least 0 as in 1,4,2.5", text);
            }

            weights.Add(weight);
        }

        return weights.Any(weight => weight > 0) ? weights : throw Unfit("a number above 0 among them, as in 1,4,2.5", text);
    }

    /// <summary>A number from 0 to 1.</summary>
    /// <param name="text">The text, a point before decimals.</param>
    /// <param name="inclusive">Whether 1 itself is allowed.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidInputException">Something else.</exception>
    public static double Share(string text, bool inclusive)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= 0 && (inclusive ? value <= 1 : value < 1)
            ? value
            : throw Unfit(inclusive ? "a number from 0 to 1" : "a number from 0 to below 1", text);

    /// <summary>Reads <c>MIN-MAX</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Two numbers in order, 1/64 to 64.</returns>
    /// <exception cref="InvalidInputException">Something else.</exception>
    public static (double Min, double Max)? Range(string text)
    {
        string[] parts = text.Split('-');
        if (parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double min)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double max)
            && min >= 1.0 / 64 && min <= max && max <= 64)
        {
            return (min, max);
        }

        throw Unfit("two numbers from 1/64 to 64 in order as 0.5-2", text);
    }

    /// <summary>A number in a range.</summary>
    /// <param name="text">The text, a point before decimals.</param>
    /// <param name="above">The value lies above this.</param>
    /// <param name="most">The largest value.</param>
    /// <returns>The number.</returns>
    public static double Real(string text, double above, double most)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > above && value <= most
            ? value
            : throw Unfit(string.Create(CultureInfo.InvariantCulture, $"a number above {above}, at most {most}"), text);

    /// <summary>A weight; 0 leaves out what it weighs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The largest value.</param>
    /// <returns>The number.</returns>
    public static double Weight(string text, double most)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && value <= most ? value : throw Unfit(string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {most}"), text);

    /// <summary>A whole number in a range.</summary>
    /// <param name="text">The text.</param>
    /// <param name="least">The smallest value.</param>
    /// <returns>The number.</returns>
    public static int Whole(string text, int least)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw Unfit($"a whole number of at least {least}", text);

    /// <summary>A whole number in a range.</summary>
    /// <param name="text">The text.</param>
    /// <param name="least">The smallest value.</param>
    /// <returns>The number.</returns>
    public static long Long(string text, long least)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least
            ? value
            : throw Unfit($"a whole number of at least {least}", text);

    /// <summary>Makes the options of a library call from the command's.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="make">Sets values that came from the command line, and does nothing else.</param>
    /// <returns>The options.</returns>
    /// <exception cref="BadOptionException">A value that they refuse.</exception>
    public static T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new BadOptionException(e);
        }
    }

    private static T? Parse<T>(ArgumentResult result, string name, string helpName, Func<string, T> parse)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        try
        {
            return parse(text);
        }
        catch (InvalidInputException e)
        {
            result.AddError($"{name}: expected {e.Expected}, got {e.Got}{Spelling.Hint(text, OptionText.Words(helpName))}");
            return default;
        }
        catch (ArgumentException e)
        {
            // A value that has the right form and is out of its range.
            result.AddError($"{name}: {new BadOptionException(e).Problem}");
            return default;
        }
    }

    private static InvalidInputException Unfit(string expected, string text) => new("text", expected, $"'{text}'");
}
