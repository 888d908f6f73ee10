namespace SparseRefine.Persistence;

/// <summary>What stands at a path, once links are followed.</summary>
public enum FileKind
{
    /// <summary>A file with content of its own.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe; opening one waits for its writer.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A device, which may give bytes without end.</summary>
    Device,
}
