namespace SparseRefine.Cluster.Tests;

/// <summary>Environment variables for the time of a test; tests that set them run one at a time.</summary>
internal sealed class Variables : IDisposable
{
    private readonly List<(string Name, string? Before)> _set = [];

    public Variables(params IEnumerable<(string Name, string? Value)> variables)
    {
        foreach ((string name, string? value) in variables)
        {
            _set.Add((name, Environment.GetEnvironmentVariable(name)));
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public void Dispose() => _set.ForEach(variable => Environment.SetEnvironmentVariable(variable.Name, variable.Before));
}
