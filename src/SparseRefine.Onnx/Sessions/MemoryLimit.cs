using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Onnx.Sessions;

/// <summary>
/// A limit to what all dense models of this process may take together on the CPU: ONNX Runtime has one for an allocator that its sessions share, none for a session.
/// </summary>
/// <remarks>
/// The environment variable <c>SPARSEREFINE_ORT_MEMORY_MB</c> sets it, because it holds for the process and cannot change. A run that wants more fails, and its photo with it.
/// What the shared allocator took is kept for further runs until the process ends.
/// </remarks>
internal static partial class MemoryLimit
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "SPARSEREFINE_ORT_MEMORY_MB";

    // The runtime's C# API takes a uint of bytes.
    private const int MaxMegabytes = 4095;

    private static readonly Lazy<bool> _isSet = new(Register);

    /// <summary>Whether the process has such a limit.</summary>
    public static bool IsSet => _isSet.Value;

    /// <summary>
    /// Whether a run failed because the system had no more memory to give just then. What the limit refuses is not meant, nor a value that would not fit the whole machine: no
    /// other moment would help it.
    /// </summary>
    /// <param name="message">What the run's exception says.</param>
    /// <param name="available">Bytes that the process may have.</param>
    /// <returns>True for such words of ONNX Runtime and of the C++ library.</returns>
    public static bool IsMissing(string message, long available)
    {
        Match request = Request().Match(message);
        return request.Success
            ? long.TryParse(request.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) && bytes <= available
            : message.Contains("bad alloc", StringComparison.OrdinalIgnoreCase) || message.Contains("bad_alloc", StringComparison.Ordinal);
    }

    /// <summary>Makes a session take its memory from the limited allocator, where there is a limit.</summary>
    /// <param name="options">Of a session to be opened.</param>
    /// <exception cref="InvalidInputException">A value of the variable that is no limit.</exception>
    public static void Apply(SessionOptions options)
    {
        if (_isSet.Value)
        {
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
        }
    }

    /// <summary>Reads a limit.</summary>
    /// <param name="text">The variable's value.</param>
    /// <returns>Megabytes of 2^20 bytes; null: no limit.</returns>
    /// <exception cref="InvalidInputException">A value that is no limit.</exception>
    internal static int? Parse(string? text) => string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int megabytes) && megabytes is >= 1 and <= MaxMegabytes ? megabytes
        : throw new InvalidInputException(Variable, $"1 to {MaxMegabytes}", $"'{text}'");

    private static bool Register()
    {
        if (Parse(Environment.GetEnvironmentVariable(Variable)) is not int megabytes)
        {
            return false;
        }

        // -1: the runtime's own defaults.
        using OrtArenaCfg arena = new((uint)megabytes << 20, -1, -1, -1);
        using OrtMemoryInfo memory = new(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        NativeRuntime.Environment.CreateAndRegisterAllocator(memory, arena);
        return true;
    }

    [GeneratedRegex(@"Failed to allocate memory for requested buffer of size (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Request();
}
