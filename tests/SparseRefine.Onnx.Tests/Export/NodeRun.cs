namespace SparseRefine.Onnx.Tests.Export;

/// <summary>A node's run as ONNX Runtime's profile tells it.</summary>
/// <param name="Operation">The operator.</param>
/// <param name="Provider">What ran it.</param>
/// <param name="Types">Element types of its inputs.</param>
internal sealed record NodeRun(string Operation, string Provider, IReadOnlyList<string> Types);
